// Recorder prints what cel-go, set up as Flux 2.9 sets it up, answers to the expressions of ../expressions.json:
//
//	go run . < ../expressions.json > ../answers.json
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"sort"
	"strconv"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/ext"
	kubejson "sigs.k8s.io/json"
)

// An answer has one of value, error (of the evaluation) and invalid (at compile time), and one of type and issues.
type answer struct {
	Expression string `json:"expression"`
	Value      *any   `json:"value,omitempty"`
	Error      string `json:"error,omitempty"`
	Invalid    string `json:"invalid,omitempty"`
	Type       string `json:"type,omitempty"`
	Issues     string `json:"issues,omitempty"`
}

func environment(variables []string) *cel.Env {
	options := []cel.EnvOption{
		cel.HomogeneousAggregateLiterals(),
		cel.EagerlyValidateDeclarations(true),
		cel.DefaultUTCTimeZone(true),
		cel.CrossTypeNumericComparisons(true),
		cel.OptionalTypes(),
		ext.Strings(),
		ext.Sets(),
		ext.Encoders(),
	}
	for _, name := range variables {
		options = append(options, cel.Variable(name, cel.ObjectType("google.protobuf.Struct")))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		panic(err)
	}
	return env
}

func main() {
	var input struct {
		Data        json.RawMessage `json:"data"`
		Expressions []string        `json:"expressions"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&input); err != nil {
		panic(err)
	}
	data := map[string]any{}
	// As the API machinery reads objects: numbers without a fraction are int64.
	if err := kubejson.UnmarshalCaseSensitivePreserveInts(input.Data, &data); err != nil {
		panic(err)
	}
	var variables []string
	for name := range data {
		variables = append(variables, name)
	}
	parsed, checked := environment(nil), environment(variables)
	fmt.Println("[")
	for i, expression := range input.Expressions {
		found := answer{Expression: expression}
		evaluate(parsed, data, &found)
		check(checked, &found)
		line, err := json.Marshal(found)
		if err != nil {
			panic(err)
		}
		comma := ","
		if i == len(input.Expressions)-1 {
			comma = ""
		}
		fmt.Printf("%s%s\n", line, comma)
	}
	fmt.Println("]")
}

func evaluate(env *cel.Env, data map[string]any, found *answer) {
	ast, issues := env.Parse(found.Expression)
	if issues != nil {
		found.Invalid = issues.String()
		return
	}
	program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize), cel.InterruptCheckFrequency(100))
	if err != nil {
		found.Invalid = err.Error()
		return
	}
	value, _, err := program.ContextEval(context.Background(), data)
	if err != nil {
		found.Error = err.Error()
		return
	}
	shown := show(value)
	found.Value = &shown
}

func check(env *cel.Env, found *answer) {
	// cel-go panics on an optional element of unknown type.
	defer func() {
		if recover() != nil {
			found.Type = "panic"
		}
	}()
	ast, issues := env.Compile(found.Expression)
	if issues != nil {
		found.Issues = issues.String()
		return
	}
	found.Type = ast.OutputType().String()
}

func show(value ref.Val) any {
	switch v := value.(type) {
	case types.Null:
		return nil
	case types.Bool:
		return bool(v)
	case types.String:
		return string(v)
	case types.Int:
		return map[string]any{"int": strconv.FormatInt(int64(v), 10)}
	case types.Uint:
		return map[string]any{"uint": strconv.FormatUint(uint64(v), 10)}
	case types.Double:
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return map[string]any{"double": fmt.Sprint(float64(v))}
		}
		return map[string]any{"double": strconv.FormatFloat(float64(v), 'e', -1, 64)}
	case types.Bytes:
		return map[string]any{"bytes": fmt.Sprintf("%x", []byte(v))}
	case types.Timestamp:
		return map[string]any{"timestamp": v.Time.UTC().Format(time.RFC3339Nano)}
	case types.Duration:
		return map[string]any{"nanoseconds": strconv.FormatInt(v.Nanoseconds(), 10)}
	case *types.Type:
		return map[string]any{"type": v.TypeName()}
	case *types.Optional:
		if !v.HasValue() {
			return map[string]any{"optional": "none"}
		}
		return map[string]any{"optional": show(v.GetValue())}
	case traits.Mapper:
		entries := [][2]string{}
		for it := v.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			entries = append(entries, [2]string{text(show(key)), text(show(v.Get(key)))})
		}
		sort.Slice(entries, func(i, j int) bool { return entries[i][0] < entries[j][0] })
		return map[string]any{"map": entries}
	case traits.Lister:
		items := []any{}
		for it := v.Iterator(); it.HasNext() == types.True; {
			items = append(items, show(it.Next()))
		}
		return items
	}
	panic(fmt.Sprintf("%T", value))
}

func text(value any) string {
	line, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(line)
}
