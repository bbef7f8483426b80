/** Fields of one control paragraph (deb822), continuation lines kept. */
export function parseFields(paragraph: string): Readonly<Record<string, string>> {
	const entries = paragraph
		.replaceAll('\n ', '\u0000')
		.split('\n')
		.map(line => /^([^:]+): ?(.*)$/.exec(line))
		.filter(match => match !== null)
		.map(([, name = '', value = '']) => [name, value.replaceAll('\u0000', '\n ')] as const);
	return Object.fromEntries(entries);
}
