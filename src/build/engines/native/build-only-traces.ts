/** What packages leave outside of their own folders when they are configured, by the package that has a use for it. */
interface Trace {
	readonly pattern: RegExp;
	/** The image keeps it if it has one of these. */
	readonly of: readonly string[];
}

const traces: readonly Trace[] = [
	{pattern: /^var\/lib\/dpkg(?:\/|$)/u, of: []},
	{pattern: /^etc\/(?:alternatives\/README|dpkg)(?:\/|$)/u, of: ['dpkg']},
	{pattern: /^var\/(?:lib|cache|log)\/apt(?:\/|$)/u, of: ['apt']},
	{pattern: /^etc\/apt(?:\/|$)/u, of: ['apt']},
	{pattern: /^var\/cache\/debconf(?:\/|$)/u, of: ['debconf']},
	{pattern: /^var\/lib\/ucf(?:\/|$)/u, of: ['ucf']},
	{pattern: /^var\/lib\/(?:pam|shells\.state|shells\.state\.d)(?:\/|$)/u, of: ['libpam-runtime']},
	{pattern: /^etc\/pam\.d\/common-/u, of: ['libpam-runtime']},
	{pattern: /^var\/lib\/systemd(?:\/|$)/u, of: ['systemd']},
	{pattern: /^etc\/systemd\/.*\.wants(?:\/|$)/u, of: ['systemd']},
	{pattern: /^etc\/rc[0-9S]\.d(?:\/|$)/u, of: ['sysvinit-core', 'sysv-rc', 'init-system-helpers']},
	{pattern: /^var\/lib\/(?:vim|man-db|misc|python|sgml-base|xml-core|emacsen-common)(?:\/|$)/u, of: []},
	{pattern: /^etc\/(?:shadow|gshadow|subuid|subgid)$/u, of: ['passwd', 'login', 'base-passwd']},
	{pattern: /^var\/cache\/(?:ldconfig|man)(?:\/|$)/u, of: []},
	{pattern: /^var\/lib\/dbus(?:\/|$)/u, of: ['dbus']},
	{pattern: /^etc\/(?:ca-certificates)(?:\/|$)/u, of: ['ca-certificates']},
	{pattern: /^root\/\./u, of: ['base-files']},
];

export function isOfBuildOnly(path: string, inImage: ReadonlySet<string>): boolean {
	return traces.some(({pattern, of}) => pattern.test(path) && !of.some(name => inImage.has(name)));
}
