const shortestSecret = 4;

/**
 * Replaces the values of variables in text. Values under four characters are left: they name nothing (`1`, `on`), and
 * to replace them would make a log unreadable.
 */
export function concealer(values: Iterable<string>): (text: string) => string {
	const secrets = [...new Set([...values].flatMap(value => [value, ...value.split('\n')]))]
		.filter(value => value.trim().length >= shortestSecret)
		// The longest first: one value may be part of another.
		.sort((a, b) => b.length - a.length);
	if (secrets.length === 0) return text => text;
	return text => secrets.reduce((result, secret) => result.replaceAll(secret, '***'), text);
}
