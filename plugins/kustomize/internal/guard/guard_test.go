package guard

import (
	"strings"
	"testing"
)

func TestOrdinaryTextIsNotDeep(t *testing.T) {
	brackets := strings.Repeat("[", 2*maxDepth)
	for name, text := range map[string]string{
		"block scalar":         "data:\n  script: |\n    " + brackets + "\n    more\nkind: A\n",
		"folded block scalar":  "- >-2 # header\n    " + brackets + "\n",
		"block scalar in list": "a:\n- |\n  " + brackets + "\n- b\n",
		"double quotes":        `a: "\"` + brackets + `"`,
		"single quotes":        "a: 'it''s\n  " + brackets + "'\n",
		"comment":              "a: b # " + brackets + "\n",
		"plain scalar":         "a: b" + brackets + "\n",
		"many lists":           strings.Repeat("- [a, {b: c}]\n", maxDepth),
		"many mappings":        strings.Repeat("a:\n  b:\n    - c: d\n", maxDepth),
	} {
		if deep, line := tooDeep([]byte(text)); deep {
			t.Errorf("%s: taken for deep nesting at line %d", name, line)
		}
	}
}

func TestDeepNestingIsFound(t *testing.T) {
	var steps strings.Builder
	for i := range maxDepth + 1 {
		steps.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for name, text := range map[string]string{
		"flow lists":        "a: " + strings.Repeat("[", maxDepth+1),
		"over lines":        "a: " + strings.Repeat("{a:\n [", maxDepth),
		"compact lists":     strings.Repeat("- ", maxDepth+1) + "a\n",
		"complex keys":      strings.Repeat("? ", maxDepth+1) + "a\n",
		"after block":       "a: |\n  text\nb: " + strings.Repeat("[", maxDepth+1),
		"indentation":       steps.String(),
		"after quotes":      `a: "x" ` + "\nb: " + strings.Repeat("[", maxDepth+1),
		"in a flow mapping": "{a: " + strings.Repeat("[", maxDepth+1),
	} {
		if deep, _ := tooDeep([]byte(text)); !deep {
			t.Errorf("%s: not found", name)
		}
	}
}

func TestFewAliasesAreFine(t *testing.T) {
	if tooLarge([]byte("a: &a {b: c}\nd: [*a, *a]\n---\ne: f\n")) {
		t.Error("taken for a bomb")
	}
}

func TestOtherFilesAreNotLookedAt(t *testing.T) {
	if err := Check("/in/data.bin", []byte(strings.Repeat("[", 2*maxDepth))); err != nil {
		t.Error(err)
	}
}
