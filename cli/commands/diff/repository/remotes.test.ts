import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { folderWith } from '../../../testing/files.ts';
import { comparableUrl, remotesOf } from './remotes.ts';

test('a repository is the same by whatever URL it is reached', () => {
  const urls = [
    'https://github.com/org/fleet',
    'https://github.com/org/fleet.git',
    'https://user:token@GitHub.com/org/fleet.git/',
    'ssh://git@github.com/org/fleet.git',
    'ssh://git@github.com:22/org/fleet',
    'git@github.com:org/fleet.git',
    'github.com:org/fleet',
  ];
  assert.equal([...new Set(urls.map(comparableUrl))], ['github.com/org/fleet']);
  assert.is.not(comparableUrl('https://github.com/org/fleet-infra'), 'github.com/org/fleet');
  assert.is(comparableUrl('/srv/git/fleet.git'), '/srv/git/fleet.git');
});

test('all remotes of a checkout are found, also those of a worktree', async () => {
  const config =
    '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@example.com:a/b.git\n\tfetch = +refs/heads/*\n[branch "main"]\n\turl = no\n[remote "fork"]\n\tfetch = x\n\turl = https://example.com/c/b\n';
  const folder = folderWith({
    'main/.git/config': config,
    'main/.git/worktrees/other/commondir': '../..\n',
    'other/.git': 'gitdir: ../main/.git/worktrees/other\n',
    'plain/file': '',
  });
  const expected = ['git@example.com:a/b.git', 'https://example.com/c/b'];
  assert.equal(await remotesOf(`${folder.dir}/main`), expected);
  assert.equal(await remotesOf(`${folder.dir}/other`), expected);
  assert.equal(await remotesOf(`${folder.dir}/plain`), []);
  folder.remove();
});

test.run();
