package parts

import "fmt"

// resource makes one; names are taken once for each kind and namespace, most of the time.
func (g *generator) resource(folder string) string {
	// A folder has a few names of its own besides those that all have.
	name := fmt.Sprintf("%s%d", pick(g, folder, "own"), g.IntN(100_000))
	if g.wild && g.chance(15) {
		name = g.name()
	} else {
		g.names = append(g.names, name)
	}
	meta := "metadata:\n  name: " + name + "\n"
	namespace := ""
	if g.chance(25) {
		namespace = g.namespace()
		meta += "  namespace: " + namespace + "\n"
	}
	if g.chance(40) {
		meta += "  labels: {app: " + g.name() + "}\n"
	}
	if g.chance(10) {
		annotation := pick(g, "a: b", "note: "+g.name(), "nginx.ingress.kubernetes.io/auth-secret: "+g.name())
		if g.wild && g.chance(20) {
			annotation = "config.kubernetes.io/local-config: \"true\""
		}
		meta += "  annotations: {" + annotation + "}\n"
	}
	switch g.IntN(13) {
	case 0, 1, 2:
		g.deployments[folder] = append(g.deployments[folder], deployed{name, namespace})
		return "apiVersion: apps/v1\nkind: Deployment\n" + meta + g.deployment()
	case 3:
		return "apiVersion: v1\nkind: Service\n" + meta + "spec:\n  selector: {app: " + g.name() + "}\n"
	case 4:
		return "apiVersion: v1\nkind: ServiceAccount\n" + meta
	case 5:
		return "apiVersion: v1\nkind: ConfigMap\n" + meta + "data:\n  text: " + g.name() + "\n  more: |+\n    a\n\n"
	case 6:
		return "apiVersion: v1\nkind: Secret\n" + meta + "stringData: {a: " + g.name() + "}\n"
	case 7:
		return "apiVersion: rbac.authorization.k8s.io/v1\nkind: " + pick(g, "RoleBinding", "ClusterRoleBinding") + "\n" + meta +
			"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: " + pick(g, "Role", "ClusterRole") + ", name: " + g.name() + "}\n" +
			"subjects:\n- {kind: ServiceAccount, name: " + g.name() + pick(g, "", ", namespace: "+g.namespace()) + "}\n"
	case 8:
		return "apiVersion: rbac.authorization.k8s.io/v1\nkind: " + pick(g, "Role", "ClusterRole") + "\n" + meta +
			"rules:\n- {apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [" + g.name() + "]}\n"
	case 9:
		return "apiVersion: networking.k8s.io/v1\nkind: Ingress\n" + meta +
			"spec:\n  defaultBackend: {service: {name: " + g.name() + ", port: {number: 80}}}\n  tls: [{secretName: " + g.name() + "}]\n"
	case 10:
		return "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n" + meta +
			"spec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: " + g.name() + "}\n"
	case 11:
		return g.special(name, meta)
	default:
		return "apiVersion: example.com/v1\nkind: " + pick(g, "Thing", "Job") + "\n" + meta + "spec: {serviceAccountName: " + g.name() + "}\n"
	}
}

func (g *generator) deployment() string {
	return "spec:\n  replicas: 1\n  selector: {matchLabels: {app: " + g.name() + "}}\n  template:\n    metadata: {labels: {app: " + g.name() +
		"}}\n    spec:\n      serviceAccountName: " + pick(g, g.name(), g.name(), "default") +
		"\n      containers:\n      - name: app\n        image: registry.example.com/app:v1\n        envFrom: [{" +
		pick(g, "configMapRef", "secretRef") + ": {name: " + pick(g, "settings", "keys", g.name(), g.name()) + "}}]\n" +
		"        env: [{name: A, valueFrom: {configMapKeyRef: {name: " + pick(g, "settings", g.name()) + ", key: a}}}]\n" +
		pick(g, "", "      volumes: [{name: v, secret: {secretName: "+g.name()+"}}]\n")
}

func (g *generator) special(name, meta string) string {
	if g.wild && g.chance(40) {
		return pick(g,
			"apiVersion: v1\nkind: ConfigMap\n"+meta+"data: &d {a: b}\nother: *d\n",
			"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: "+name+"}}\n",
			"apiVersion: example.com/v1\nkind: Namespace\n"+meta,
		)
	}
	switch g.IntN(5) {
	case 0:
		return "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + "}\n"
	case 1:
		return "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\n" + meta +
			"webhooks:\n- {name: a.example.com, clientConfig: {service: {name: " + g.name() + ", namespace: " + g.namespace() + "}}}\n"
	case 2:
		return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: " + name + "}\nspec: {group: example.com}\n"
	case 3:
		return "apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: " + name + "}\nspec: {service: {name: " + g.name() + ", namespace: " + g.namespace() + "}}\n"
	default:
		return "apiVersion: batch/v1\nkind: CronJob\n" + meta + "spec: {jobTemplate: {spec: {template: {spec: {serviceAccountName: " + g.name() + "}}}}}\n"
	}
}
