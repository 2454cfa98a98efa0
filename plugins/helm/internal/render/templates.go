package render

import (
	"maps"
	"path"
	"slices"
	"strings"
	"text/template"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/engine"
)

const notesFile = "NOTES.txt"

// templates runs Helm's engine: text by the path of its template.
func templates(c *chart.Chart, values common.Values, looks *lookups) (map[string]string, error) {
	e := engine.Engine{CustomTemplateFuncs: template.FuncMap{"lookup": looks.look}}
	return e.Render(c, values)
}

// takeNotes removes all NOTES.txt from the files and returns that of the chart, with those of its subcharts where they are wanted.
func takeNotes(files map[string]string, c *chart.Chart, withSubcharts bool) string {
	var notes []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasSuffix(name, notesFile) {
			continue
		}
		if withSubcharts || name == path.Join(c.Name(), "templates", notesFile) {
			notes = append(notes, files[name])
		}
		delete(files, name)
	}
	return strings.Join(notes, "\n")
}
