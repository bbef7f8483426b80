import type {Difference} from './file-tree.ts';

/** Where our image and mmdebstrap's root may differ, and why. Everything else has to be equal to the byte. */
interface Allowed {
	readonly pattern: RegExp;
	readonly reason: string;
}

export const allowedDifferences: readonly Allowed[] = [
	{pattern: /^dev\//, reason: 'device nodes: a container runtime makes its own'},
	{pattern: /^(?:proc|sys|tmp|run)\//, reason: 'belongs to a running system'},
	{pattern: /^etc\/(?:hostname|resolv\.conf|fstab)$/, reason: "mmdebstrap copies the host's"},
	{pattern: /^etc\/apt\/(?:sources\.list(?:$|\.d\/)|apt\.conf\.d\/99mmdebstrap$)/, reason: 'where packages came from'},
	{pattern: /^etc\/(?:passwd|group|shadow|gshadow|subuid|subgid)-$/, reason: 'backup'},
	{pattern: /^etc\/\.pwd\.lock$/, reason: 'lock'},
	{pattern: /^etc\/machine-id$/, reason: 'empty in both; mmdebstrap makes it anew with another mode'},
	{pattern: /^etc\/ssl\/(?:private\/ssl-cert-snakeoil\.key|certs\/ssl-cert-snakeoil\.pem)$/, reason: 'a random key'},
	{pattern: /^(?:var\/lib\/[^/]+\/\.erlang\.cookie|etc\/varnish\/secret)$/, reason: 'a random secret'},
	{pattern: /^(?:var\/lib|etc)\/postgresql\//, reason: 'a database with a random identity'},
	{pattern: /^var\/lib\/ucf\/(?:hashfile|registry)\.\d+$/, reason: 'backup'},
	{pattern: /^var\/(?:log\/|lib\/texmf\/.*\.log$)/, reason: 'log'},
	{pattern: /^var\/lib\/texmf\/ls-R[^/]*$/, reason: 'names in the order of the file system; ours are sorted'},
	{pattern: /^var\/lib\/texmf\/web2c\/.*\.(?:fmt|base)$/, reason: "the time of making; ours have the packages' own"},
	{pattern: /^var\/cache\/(?:apt|ldconfig|fontconfig|man)(?:\/|$)/, reason: 'cache'},
	{pattern: /^var\/cache\/debconf\/[a-z]+\.dat-old$/, reason: 'backup'},
	{pattern: /^var\/lib\/apt\/(?:extended_states$|lists\/)/, reason: 'kept by apt, which did not run'},
	{pattern: /^var\/lib\/dpkg\/(?:lock|lock-frontend|triggers\/Lock|[a-z]+-old)$/, reason: 'lock or backup'},
	{pattern: /^var\/lib\/dpkg\/arch$/, reason: 'written by mmdebstrap itself, without need'},
];

export function unexplained(differences: readonly Difference[]): readonly Difference[] {
	return differences.filter(
		({path, ours, theirs}) =>
			// The name of such a link is a hash of the random certificate.
			!(ours ?? theirs ?? '').endsWith('ssl-cert-snakeoil.pem') &&
			!allowedDifferences.some(({pattern}) => pattern.test(path)),
	);
}
