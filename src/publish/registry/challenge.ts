/** A WWW-Authenticate header (RFC 9110, 11.6.1): the first challenge of a kind that is known. */
export type Challenge =
	| {readonly kind: 'basic'}
	| {readonly kind: 'bearer'; readonly realm: string; readonly service: string | null; readonly scope: string | null};

export function parseChallenge(header: string): Challenge | null {
	const bearer = /(?:^|,\s*)Bearer\s+((?:[\w-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s,]+)(?:\s*,\s*)?)+)/i.exec(header)?.[1];
	if (bearer !== undefined) {
		const values = new Map<string, string>();
		for (const [, name = '', quoted, plain] of bearer.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) {
			values.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
		}
		const realm = values.get('realm');
		if (realm !== undefined && URL.canParse(realm)) {
			return {kind: 'bearer', realm, service: values.get('service') ?? null, scope: values.get('scope') ?? null};
		}
	}
	return /(?:^|,\s*)Basic(?:\s|,|$)/i.test(header) ? {kind: 'basic'} : null;
}
