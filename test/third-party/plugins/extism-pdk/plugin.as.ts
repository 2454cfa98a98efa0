// AssemblyScript: compiled by asc, not by tsc.
import { Config, Host, LogLevel, Memory, Var } from '@extism/as-pdk';
import { error_set, http_request, length } from '@extism/as-pdk/lib/env';

export function onAbort(_message: string | null, _file: string | null, _line: u32, _column: u32): void {}

export function notify(): i32 {
  const sent = Var.getString('sent');
  const address = Config.get('address');
  if (address === null) {
    error_set(Memory.allocateString('the config has no address').offset);
    return 1;
  }
  const request = Memory.allocateString(`{"method":"POST","url":"${address}"}`);
  const answer = http_request(request.offset, Memory.allocateString(Host.inputString()).offset);
  Host.log(LogLevel.Info, `the service answered: ${new Memory(answer, length(answer)).toString()}`);
  Var.set('sent', Uint8Array.wrap(String.UTF8.encode('once')));
  Host.outputString(sent === null ? '{}' : '{"skipped":"sent before"}');
  return 0;
}
