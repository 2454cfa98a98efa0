import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../../errors/flux-error.ts';
import { parseRemoteBase } from './parse.ts';

const git = (repository: string, rest: { path?: string; ref?: string; submodules?: boolean } = {}) => ({
  type: 'git',
  repository,
  path: '',
  ref: '',
  submodules: true,
  ...rest,
});

for (const [base, expected] of Object.entries({
  'https://github.com/org/repo//deploy/base?ref=v1.2': git('https://github.com/org/repo', {
    path: 'deploy/base',
    ref: 'v1.2',
  }),
  'github.com/org/repo/deploy?ref=main': git('https://github.com/org/repo', { path: 'deploy', ref: 'main' }),
  'github.com/org/repo?version=v1&submodules=false': git('https://github.com/org/repo', {
    ref: 'v1',
    submodules: false,
  }),
  'git@github.com:org/repo.git/deploy': git('ssh://git@github.com/org/repo.git', { path: 'deploy' }),
  'git@git.example.com:group/sub/repo.git//deploy?ref=v1': git(
    'ssh://git@git.example.com/group/sub/repo.git',
    {
      path: 'deploy',
      ref: 'v1',
    },
  ),
  'ssh://git@git.example.com:2222/org/repo': git('ssh://git@git.example.com:2222/org/repo'),
  'git::https://git.example.com/org/repo.git?ref=v1': git('https://git.example.com/org/repo.git', {
    ref: 'v1',
  }),
  'https://dev.example.com/org/project/_git/repo/deploy?ref=v1': git(
    'https://dev.example.com/org/project/_git/repo',
    { path: 'deploy', ref: 'v1' },
  ),
  'https://example.com/crds.yaml': { type: 'http', url: 'https://example.com/crds.yaml' },
  'https://raw.example.com/org/repo/main/crds.yaml': {
    type: 'http',
    url: 'https://raw.example.com/org/repo/main/crds.yaml',
    git: git('https://raw.example.com/org/repo', { path: 'main/crds.yaml' }),
  },
})) {
  test(`${base} is read as kustomize reads it`, () => {
    assert.equal(parseRemoteBase(base), expected);
  });
}

for (const base of ['file:///srv/repo', 'git@host', 'github.com/org/repo//../../etc']) {
  test(`${base} is refused`, () => {
    try {
      parseRemoteBase(base);
    } catch (error) {
      assert.ok(error instanceof FluxError && error.code === 'FLUX_E_BUILD_REMOTE_BASE_UNSUPPORTED');
      assert.ok(error.message.includes(base));
      return;
    }
    assert.unreachable();
  });
}

test.run();
