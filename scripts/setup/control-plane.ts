import { goBuild } from '../go.ts';
import type { Step } from '../steps.ts';

const kubernetes = '1.36.3';

/** etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok in one binary. */
export const controlPlane: Step = {
  name: 'local control plane',
  inputs: [
    'deploy/local/go.mod',
    'deploy/local/go.sum',
    'deploy/local/main.go',
    'scripts/setup/control-plane.ts',
  ],
  outputs: ['.build/local/kubebox'],
  usually: '5 min',
  run: (log) =>
    goBuild(
      {
        dir: 'deploy/local',
        out: '.build/local/kubebox',
        ldflags: [
          '-s -w',
          `-X k8s.io/component-base/version.gitVersion=v${kubernetes}`,
          `-X k8s.io/component-base/version.gitMajor=1`,
          `-X k8s.io/component-base/version.gitMinor=36`,
        ].join(' '),
      },
      log,
    ),
};
