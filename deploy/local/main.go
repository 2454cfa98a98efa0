// Command kubebox is a Kubernetes control plane in one binary, chosen by name, busybox style: etcd, kube-apiserver,
// kube-controller-manager, kube-scheduler and kwok. One build, one file on disk, shared pages in memory.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kwok "sigs.k8s.io/kwok/pkg/kwok/cmd"
)

var applets = map[string]func() int{
	"etcd":                    func() int { etcdmain.Main(os.Args); return 0 },
	"kube-apiserver":          command(apiserver.NewAPIServerCommand),
	"kube-controller-manager": command(controllermanager.NewControllerManagerCommand),
	"kube-scheduler":          command(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kwok": command(func() *cobra.Command {
		c := kwok.NewCommand(context.Background())
		// cobra would add a --version flag of type bool; component-base registered one of another type.
		c.Version = ""
		return c
	}),
}

func command(build func() *cobra.Command) func() int {
	return func() int { return cli.Run(build()) }
}

func main() {
	name := filepath.Base(os.Args[0])
	if _, ok := applets[name]; !ok && len(os.Args) > 1 {
		name = os.Args[1]
		os.Args = os.Args[1:]
	}
	run, ok := applets[name]
	if !ok {
		names := make([]string, 0, len(applets))
		for applet := range applets {
			names = append(names, applet)
		}
		slices.Sort(names)
		fmt.Fprintf(os.Stderr, "unknown component %q; there are: %v\n", name, names)
		os.Exit(2)
	}
	os.Exit(run())
}
