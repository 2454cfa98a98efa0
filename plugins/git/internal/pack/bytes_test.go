package pack

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"testing/iotest"
)

func TestWhatIsReadIsThereWhateverItsSize(t *testing.T) {
	for _, size := range []int{0, 1, firstSize - 1, firstSize, firstSize + 1, 5*firstSize + 3, chunkSize - 1, chunkSize, chunkSize + 1, 3*chunkSize + 5} {
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(i * 31 / 7)
		}
		for name, in := range map[string]io.Reader{
			"as it comes": bytes.NewReader(want),
			"halves":      iotest.HalfReader(bytes.NewReader(want)),
			"with EOF":    iotest.DataErrReader(bytes.NewReader(want)),
		} {
			t.Run(fmt.Sprint(size, " ", name), func(t *testing.T) {
				var data chunks
				if err := data.readAll(in); err != nil || data.size != int64(size) {
					t.Fatalf("%d bytes, %v", data.size, err)
				}
				got := make([]byte, size)
				if _, err := io.ReadFull(&cursor{data: &data}, got); err != nil || !bytes.Equal(got, want) {
					t.Errorf("not what was read: %v", err)
				}
			})
		}
	}
}
