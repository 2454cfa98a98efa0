package pack

import (
	"container/list"

	"flux-host/plugins/git/internal/object"
)

// cache keeps inflated objects, the least recently used going first when it is full.
type cache struct {
	limit, size int64
	order       *list.List
	items       map[int32]*list.Element
}

type cached struct {
	entry   int32
	kind    object.Type
	content []byte
}

func newCache(limit int64) *cache {
	return &cache{limit: limit, order: list.New(), items: map[int32]*list.Element{}}
}

// fits says whether an object of this size can be added without another going.
func (c *cache) fits(size int64) bool { return c.size+size <= c.limit }

func (c *cache) has(entry int32) bool {
	_, ok := c.items[entry]
	return ok
}

func (c *cache) get(entry int32) (object.Type, []byte, bool) {
	item, ok := c.items[entry]
	if !ok {
		return 0, nil, false
	}
	c.order.MoveToFront(item)
	found := item.Value.(cached)
	return found.kind, found.content, true
}

func (c *cache) add(entry int32, kind object.Type, content []byte) {
	if int64(len(content)) > c.limit/2 || c.has(entry) {
		return
	}
	c.items[entry] = c.order.PushFront(cached{entry, kind, content})
	c.size += int64(len(content))
	for c.size > c.limit {
		last := c.order.Back()
		gone := c.order.Remove(last).(cached)
		delete(c.items, gone.entry)
		c.size -= int64(len(gone.content))
	}
}
