/** `Debian curl Maintainers <team+curl@tracker.debian.org>` in its parts. */
export interface Party {
	readonly name: string;
	readonly email: string | null;
	readonly isOrganization: boolean;
}

/** Every suite that Slipway knows is Debian's: it distributes what others maintain. */
export const distributor = 'Debian';

export function parseMaintainer(maintainer: string): Party {
	const [, name = maintainer, email] = /^\s*"?([^"<]*?)"?\s*<([^<>\s]+@[^<>\s]+)>/.exec(maintainer) ?? [];
	const isOrganization =
		/\b(?:team|group|maintainers?|developers?|project|packagers|debian|ubuntu|foundation|qa)\b/i.test(name) ||
		/@(?:lists|tracker)\./.test(email ?? '');
	return {name: name.trim() === '' ? (email ?? 'NOASSERTION') : name.trim(), email: email ?? null, isOrganization};
}

/** SPDX 2.3, clause 7.6: `Organization: NAME (EMAIL)` */
export function spdxParty({name, email, isOrganization}: Party): string {
	const kind = isOrganization ? 'Organization' : 'Person';
	return `${kind}: ${name.replaceAll(/[()]/g, '')}${email === null ? '' : ` (${email})`}`;
}
