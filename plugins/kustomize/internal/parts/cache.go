package parts

import (
	"container/list"
	"crypto/sha256"
	"maps"
	"slices"

	"flux-host/plugins/kustomize/internal/tree"
)

type digest [sha256.Size]byte

// Cache keeps what came of files and parts, for the next build of much the same. It belongs to one tenant.
type Cache struct {
	limit   int
	size    int
	entries map[digest]*list.Element
	// recent has the entry that was used last in front.
	recent *list.List
}

type kept struct {
	key  digest
	size int
	docs []doc
	// objects of a part, made from files with the contents that reads has.
	objects []object
	reads   map[string]digest
}

// NewCache makes a cache that keeps about as many bytes.
func NewCache(limit int) *Cache {
	return &Cache{limit: limit, entries: map[digest]*list.Element{}, recent: list.New()}
}

// documents is [documents] of a file's content.
func (c *Cache) documents(content []byte) ([]doc, error) {
	key := sha256.Sum256(content)
	if known := c.get(key); known != nil {
		return known.docs, nil
	}
	docs, err := documents(content)
	if err != nil {
		return nil, err
	}
	size := 64
	for _, d := range docs {
		size += 200 + len(d.Text)
		for _, text := range d.Mentions {
			size += 16 + len(text)
		}
	}
	c.put(&kept{key: key, size: size, docs: docs})
	return docs, nil
}

// key is the digest of a part's own files: kustomizations and resources.
func (c *Cache) key(r *rendering, t *tree.Tree) digest {
	hash := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(r.overlay)) {
		own := sha256.Sum256(r.overlay[name])
		hash.Write([]byte("\x00" + name + "\x00"))
		hash.Write(own[:])
	}
	for _, name := range slices.Sorted(maps.Keys(r.files)) {
		own, _ := digestOf(t, name)
		hash.Write([]byte("\x01" + name + "\x00"))
		hash.Write(own[:])
	}
	return digest(hash.Sum(nil))
}

// part returns what came of a part, if the other files that it reads are the same, too.
func (c *Cache) part(key digest, t *tree.Tree) ([]object, bool) {
	known := c.get(key)
	if known == nil {
		return nil, false
	}
	for name, was := range known.reads {
		if now, ok := digestOf(t, name); !ok || now != was {
			return nil, false
		}
	}
	return known.objects, true
}

func (c *Cache) keepPart(key digest, objects []object, reads map[string]bool, t *tree.Tree) {
	made := &kept{key: key, size: 64, objects: objects, reads: map[string]digest{}}
	for name := range reads {
		own, ok := digestOf(t, name)
		if !ok {
			return
		}
		made.reads[name] = own
		made.size += 64 + len(name)
	}
	for _, o := range objects {
		made.size += 300 + len(o.yaml)
	}
	c.put(made)
}

func digestOf(t *tree.Tree, name string) (digest, bool) {
	content, err := t.ReadFile(name)
	return sha256.Sum256(content), err == nil
}

func (c *Cache) get(key digest) *kept {
	element := c.entries[key]
	if element == nil {
		return nil
	}
	c.recent.MoveToFront(element)
	return element.Value.(*kept)
}

func (c *Cache) put(one *kept) {
	if old := c.entries[one.key]; old != nil {
		c.drop(old)
	}
	c.entries[one.key] = c.recent.PushFront(one)
	c.size += one.size
}

// trim drops what was not used for longest. Called between builds, so that a build never drops what it still needs.
func (c *Cache) trim() {
	for c.size > c.limit {
		c.drop(c.recent.Back())
	}
}

func (c *Cache) drop(element *list.Element) {
	one := element.Value.(*kept)
	c.recent.Remove(element)
	delete(c.entries, one.key)
	c.size -= one.size
}
