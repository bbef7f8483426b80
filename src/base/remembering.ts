/**
 * That function, which makes what it is asked for only once, by its argument. When it has made too much, it forgets all:
 * what is still wanted comes back.
 */
export function remembering<Key, Made extends object | number>(
	most: number,
	make: (key: Key) => Made,
): (key: Key) => Made {
	const known = new Map<Key, Made>();
	return key => {
		let made = known.get(key);
		if (made === undefined) {
			made = make(key);
			if (known.size >= most) known.clear();
			known.set(key, made);
		}
		return made;
	};
}
