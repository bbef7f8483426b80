/** FNV-1a over the characters of a name; names are ASCII. */
export function hashName(name: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < name.length; index++) {
		hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
	}
	// The low bits choose the slot: fold the high ones in.
	return (hash ^ (hash >>> 15)) >>> 0;
}

/** Slots of an open-addressing table that is at most half full: a power of two. */
export function tableSizeFor(entries: number): number {
	let size = 16;
	while (size < entries * 2) size *= 2;
	return size;
}
