import type { Respond } from '@flux-host/sdk/testing';

/** Answers as GitHub does to an App that is installed. */
export const githubAnswers: Respond = ({ method, url }) => {
  const { pathname } = new URL(url);
  if (pathname.endsWith('/access_tokens')) return { status: 201, body: { token: 'ghs_installation' } };
  if (pathname === '/app') return { body: { slug: 'flux' } };
  if (pathname === '/user') return { body: { login: 'flux-bot' } };
  return { body: method === 'GET' ? [] : {} };
};
