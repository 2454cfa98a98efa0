package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
)

// compose is Helm's ToRenderValues without its way to fetch schemas over HTTP, which would bring an HTTP client into the module.
func compose(c *chart.Chart, config map[string]any, options common.ReleaseOptions, capabilities *common.Capabilities, skipSchema bool) (common.Values, error) {
	values, err := util.CoalesceValues(c, config)
	if err != nil {
		return nil, err
	}
	if !skipSchema {
		if problems := validate(c, values); problems != "" {
			return nil, errors.New("values don't meet the specifications of the schema(s) in the following chart(s):\n" + problems)
		}
	}
	return common.Values{
		"Chart":        metadataOf(c),
		"Capabilities": capabilities,
		"Release": map[string]any{
			"Name":      options.Name,
			"Namespace": options.Namespace,
			"IsUpgrade": options.IsUpgrade,
			"IsInstall": options.IsInstall,
			"Revision":  options.Revision,
			"Service":   "Helm",
		},
		"Values": values,
	}, nil
}

// validate checks the values of a chart and its subcharts and returns what is wrong with them, as Helm words it.
func validate(c *chart.Chart, values map[string]any) string {
	var problems strings.Builder
	if c.Schema != nil {
		if err := validateOne(values, c.Schema); err != nil {
			fmt.Fprintf(&problems, "%s:\n%s", c.Name(), err)
		}
	}
	for _, subchart := range c.Dependencies() {
		value, isSet := values[subchart.Name()]
		if !isSet || value == nil {
			continue
		}
		table, isTable := value.(map[string]any)
		if !isTable {
			fmt.Fprintf(&problems, "%s:\ninvalid type for values: expected object (map), got %T\n", subchart.Name(), value)
			continue
		}
		problems.WriteString(validate(subchart, table))
	}
	return problems.String()
}

const schemaName = "file:///values.schema.json"

func validateOne(values map[string]any, schema []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("unable to validate schema: %s", r)
		}
	}()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(jsonschema.SchemeURLLoader{"file": refused{}, "http": refused{}, "https": refused{}, "urn": anything{}})
	if err := compiler.AddResource(schemaName, document); err != nil {
		return err
	}
	compiled, err := compiler.Compile(schemaName)
	if err != nil {
		return err
	}
	if err := compiled.Validate(plain(values)); err != nil {
		text := strings.TrimPrefix(err.Error(), "jsonschema validation failed with '"+schemaName+"#'\n")
		return errors.New(text + "\n")
	}
	return nil
}

// plain takes the types that came out of coalescing back to those of JSON.
func plain(values map[string]any) any {
	content, err := json.Marshal(values)
	if err != nil {
		return values
	}
	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	if err != nil {
		return values
	}
	return decoded
}

// refused: a plugin has no network, and the source is not for schemas to read.
type refused struct{}

func (refused) Load(address string) (any, error) {
	return nil, fmt.Errorf("schemas at other places are not fetched (%s): include the definition in values.schema.json", address)
}

// anything: as in Helm, a name without an address is taken as a schema that everything meets.
type anything struct{}

func (anything) Load(string) (any, error) { return true, nil }
