import { type Challenge, parseChallenge } from './challenge.ts';
import type { Credentials, Login } from './credentials.ts';
import type { ExchangeOptions, HttpRequest, HttpResponse } from './exchange.ts';
import { homeOf } from './home.ts';
import type { RegistryMemory, Token } from './memory.ts';
import { basic, fetchToken, type TokenRequest, tokenKey } from './token.ts';
import type { Call } from './transport.ts';

type Headers = HttpRequest['headers'];

/** Shows the registry who asks. */
export interface Authorisation {
  /** The headers for a request, from what the registry said before; nothing is sent to other hosts. */
  headers(request: HttpRequest, call: Call): Promise<Headers>;
  /** After a 401: the headers to try again with. Undefined when there is nothing better; the response is then untouched. */
  challenged(response: HttpResponse, request: HttpRequest, call: Call): Promise<Headers | undefined>;
}

export interface AuthorisationOptions extends ExchangeOptions {
  readonly memory: RegistryMemory;
  readonly credentials: Credentials;
}

export function createAuthorisation(options: AuthorisationOptions): Authorisation {
  const { memory, credentials } = options;

  const remember = (key: string, token: Token): Headers => {
    memory.tokens.set(key, token);
    return [['authorization', `Bearer ${token.value}`]];
  };

  return {
    async headers({ url }, call) {
      const challenge = memory.challenges.get(url.origin);
      if (url.host !== hostOf(call, url) || challenge === undefined) return [];
      const login = credentials(call.repository);
      if (challenge.scheme === 'basic') return basicHeaders(login);
      const request = tokenRequest(challenge, call, { login, url });
      const key = tokenKey(request);
      const known = memory.tokens.get(key);
      if (known && known.until > Date.now()) return remember(key, known);
      try {
        return remember(key, await fetchToken(options, request));
      } catch (error) {
        // It may have moved, or what it was learnt from was a lie: the registry is asked again who gives tokens.
        memory.challenges.delete(url.origin);
        throw error;
      }
    },
    async challenged(response, { url }, call) {
      const challenge = parseChallenge(response.headers('www-authenticate'));
      if (challenge === undefined || url.host !== hostOf(call, url)) return undefined;
      const login = credentials(call.repository);
      const before = memory.challenges.get(url.origin);
      if (challenge.scheme === 'basic') {
        const headers = basicHeaders(login);
        // It was sent and refused.
        if (headers.length === 0 || before?.scheme === 'basic') return undefined;
        memory.challenges.set(url.origin, challenge);
        await response.drain();
        return headers;
      }
      await response.drain();
      const request = tokenRequest(challenge, call, { login, url });
      // What the registry itself asks for comes first: some token servers look at no more than that.
      const scopes = new Set([...challenge.scope.split(' ').filter(Boolean), ...request.scopes]);
      // A token that was refused is not tried again, even if its time is not over.
      const token = await fetchToken(options, { ...request, scopes: [...scopes] });
      memory.challenges.set(url.origin, challenge);
      return remember(tokenKey(request), token);
    },
  };
}

function basicHeaders(login: Login | undefined): Headers {
  if (login?.kind === 'password') return [['authorization', basic(login)]];
  if (login?.kind === 'identity')
    return [['authorization', basic({ username: '<token>', password: login.token })]];
  return login === undefined ? [] : [['authorization', `Bearer ${login.token}`]];
}

/** The registry's host as URLs write it, without the standard port. */
const hostOf = ({ repository }: Call, { protocol }: URL): string =>
  new URL(`${protocol}//${repository.registry}`).host;

function tokenRequest(
  challenge: Extract<Challenge, { scheme: 'bearer' }>,
  { repository, actions, alsoFrom, signal }: Call,
  { login, url }: { login: Login | undefined; url: URL },
): TokenRequest {
  const scopes = [`repository:${repository.name}:${actions}`];
  if (alsoFrom !== undefined) scopes.push(`repository:${alsoFrom}:pull`);
  return { challenge, scopes, login, home: homeOf(repository), plain: url.protocol === 'http:', signal };
}
