package source

import (
	"fmt"
	"slices"
	"strings"
)

// maxCandidates bounds how many names a message lists.
const maxCandidates = 5

// candidates says which names there are instead, the most similar first.
func candidates(kind, name string, others []string) string {
	if len(others) == 0 {
		return fmt.Sprintf("the repository has no %s at all", kind)
	}
	if len(others) > 5000 {
		// Comparing costs time that nobody has asked for; the last names are usually the newest.
		others = others[len(others)-5000:]
	}
	distances := make(map[string]int, len(others))
	for _, other := range others {
		distances[other] = distance(name, other)
	}
	sorted := slices.Clone(others)
	slices.SortStableFunc(sorted, func(a, b string) int { return distances[a] - distances[b] })
	shown := sorted[:min(len(sorted), maxCandidates)]
	if closest := shown[0]; distances[closest] <= max(2, len(name)/3) {
		return fmt.Sprintf("did you mean '%s'? There are %s", closest, list(shown, len(sorted)))
	}
	return "there are " + list(shown, len(sorted))
}

func list(shown []string, total int) string {
	text := strings.Join(shown, ", ")
	if total > len(shown) {
		text += fmt.Sprintf(" and %d more", total-len(shown))
	}
	return text
}

// distance is the number of single-character edits (Levenshtein) between two names, cut to 100 characters.
func distance(a, b string) int {
	a, b = a[:min(len(a), 100)], b[:min(len(b), 100)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
