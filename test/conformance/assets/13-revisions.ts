import { dependency } from '@flux-host/cli/commands/create/depends-on.ts';
import { gitConnection } from '@flux-host/host/reconcile/git-repository/connection.ts';
import { commitOf } from '@flux-host/plugins/notifier-common/revision.ts';
import { parseVersion } from '@flux-host/sdk/semver/version.ts';
import { type AssetRunner, fail, type Outcome, pass, skip } from '../asset.ts';
import { compare } from '../diff.ts';
import { checkBuild, checkList, checkPushPull } from '../revisions/artifacts.ts';
import type { Check, Fields } from '../revisions/check.ts';
import { tables } from '../table.ts';

export const runner: AssetRunner = {
  *cases(dir) {
    for (const table of tables<Fields, Fields>(dir)) {
      const check = checks[table.function];
      for (const { name, input, expected } of table.cases) {
        const run = (): Outcome | Promise<Outcome> => check?.(input, expected) ?? unchecked(table.function);
        yield { name: `${table.function}: ${name}`, run };
      }
    }
  },
  notes: ['functions of Flux’s Go packages that no user of this host can tell anything of are skipped'],
};

/** Functions of Go packages that stand for nothing a user sees, or that the git plugin answers for in its own tests. */
const internal: Readonly<Record<string, string>> = {
  TestCommit_AbsoluteReference: 'revisions are made by the git plugin, in Go',
  TestCommit_ShortMessage: 'the short message is made by the git plugin, in Go',
  TestCommit_String: 'revisions are made by the git plugin, in Go',
  TestDelete: 'nothing deletes artifacts in registries',
  TestErrRepositoryNotFound_Error: 'an error type of a Go package',
  TestExtractNamedPointerFromRevision: 'nothing asks for the reference in a revision',
  TestFluxMinorForRepoMinor: 'versions of Go modules',
  TestRepoMinorForFluxMinor: 'versions of Go modules',
  Test_getLayerMediaType: 'only the library, no command, makes such layers',
  TestHandleAnnotationRequest: 'a helper of Go controllers for annotations of their own',
  TestHash_Algorithm: 'hashes are made by the git plugin, in Go',
  TestHash_Digest: 'hashes are made by the git plugin, in Go',
  TestIsAnnotatedTag: 'a method of a Go type',
  TestIsConcreteCommit: 'a method of a Go type',
  TestSort: 'dependants wait for their dependencies; nobody sorts them',
  TestSplitRevision: 'nothing asks for the parts of a revision',
  TestTag_String: 'a method of a Go type',
  TestTransformRevision: 'revisions of before Flux 2.0 are not rewritten',
  TestWithRetryTransportInsecureTLS: 'retries are part of the client, see host/oci/faults.test.ts',
  TestDependencyReferenceString: 'a method of a Go type',
};

function unchecked(name: string): Outcome {
  const reason = internal[name];
  return reason === undefined ? fail(`no check for ${name}`) : skip(reason);
}

const checks: Readonly<Record<string, Check>> = {
  TestAuthOptionsFromData: ({ URL: url, data }, { wantErr }) => {
    const found = textMap(data);
    if (Boolean(found['tls.crt']) !== Boolean(found['tls.key']))
      return skip('Flux finds out that half of a pair is missing when it connects; here it is said at once');
    return failing(() => gitConnection(String(url), found, undefined), wantErr);
  },
  TestAuthOptions_Validate: ({ opts }, { wantErr }) => {
    const {
      Transport: transport,
      Username: username,
      Password: password,
      BearerToken: bearerToken,
      Host: host,
    } = textMap(opts);
    // Transport and host come from a URL here, which cannot lack them.
    if (!transport || (transport === 'ssh' && !host))
      return skip('a GitRepository has a URL, and a URL has both');
    const data = {
      ...(username && { username }),
      ...(password && { password }),
      ...(bearerToken && { bearerToken }),
    };
    return failing(() => gitConnection(`${transport}://${host || 'example.com'}`, data, undefined), wantErr);
  },
  TestExtractHashFromRevision: ({ rev }, { want }) => compare(want, commitOf(String(rev))),
  TestMakeDependsOn: ({ deps }, { want }) =>
    compare(want, Array.isArray(deps) ? deps.map(String).map(dependency) : []),
  TestParseVersion: ({ version }, { err }) =>
    compare(err ?? false, parseVersion(String(version)) === undefined),
  TestBuild: checkBuild,
  Test_List: checkList,
  Test_Push_Pull: checkPushPull,
};

/** Whether it fails, and with a message that has the expected words in it. */
function failing(work: () => unknown, wanted: unknown): Outcome {
  const words = typeof wanted === 'string' ? wanted : '';
  try {
    work();
    return words === '' ? pass : fail(`it should have failed with "${words}"`);
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    return words !== '' && message.includes(words) ? pass : fail(`expected "${words}", got: ${message}`);
  }
}

function textMap(value: unknown): Record<string, string> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([key, text]) => [key, String(text)]));
}
