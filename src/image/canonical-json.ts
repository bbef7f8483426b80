/**
 * JSON with one spelling for equal values: keys sorted by UTF-16 units, no white space (RFC 8785, for the strings,
 * integers, arrays and objects that OCI documents are made of). A digest over it depends on nothing else.
 */
export function canonicalJson(value: unknown): string {
	return JSON.stringify(sortKeys(value));
}

export function encodeJson(value: unknown): Uint8Array {
	return new TextEncoder().encode(canonicalJson(value));
}

function sortKeys(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sortKeys);
	if (value === null || typeof value !== 'object') return value;
	// A null prototype, so that a key named `__proto__` stays a key.
	const sorted: Record<string, unknown> = Object.create(null);
	for (const [key, item] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
		if (item !== undefined) sorted[key] = sortKeys(item);
	}
	return sorted;
}
