/** What dpkg and maintainer scripts leave behind that no image should have, and why. */
interface Leftover {
	readonly pattern: RegExp;
	readonly reason: string;
}

export const leftovers: readonly Leftover[] = [
	{pattern: /^(?:proc|sys|dev|tmp|var\/tmp)\/./u, reason: 'belongs to a running system'},
	{
		pattern: /^var\/log\/(?:dpkg\.log|alternatives\.log|bootstrap\.log|fontconfig\.log|apt\/.*|lastlog|faillog)$/u,
		reason: 'log',
	},
	{pattern: /^var\/lib\/texmf\/.*\.log$/u, reason: 'log'},
	{pattern: /^var\/cache\/(?:ldconfig\/aux-cache|debconf\/.*-old|man\/.+|apt\/.*\.bin)$/u, reason: 'cache'},
	{
		pattern: /^var\/cache\/fontconfig\/(?!CACHEDIR\.TAG$).+/u,
		reason: 'cache, named after times of the machine that made it',
	},
	{
		pattern: /^var\/lib\/dpkg\/(?:lock|lock-frontend|triggers\/Lock|[a-z]+-old|tmp\.ci\/?.*|updates\/.+)$/u,
		reason: 'lock or backup',
	},
	{pattern: /^etc\/(?:passwd|group|shadow|gshadow|subuid|subgid)-$/u, reason: 'backup'},
	{pattern: /^var\/lib\/ucf\/(?:hashfile|registry)\.\d+$/u, reason: 'backup'},
	{pattern: /^etc\/(?:\.pwd\.lock)$/u, reason: 'lock'},
	{pattern: /^var\/lib\/(?:systemd\/random-seed|urandom\/random-seed)$/u, reason: 'random seed of one machine'},
	{pattern: /^var\/lib\/dbus\/machine-id$/u, reason: 'identifier of one machine'},
	{pattern: /^etc\/ssh\/ssh_host_.*_key(?:\.pub)?$/u, reason: 'secret key of one machine'},
	{pattern: /^(?:var\/lib\/[^/]+\/\.erlang\.cookie|etc\/varnish\/secret)$/u, reason: 'secret of one machine'},
	{pattern: /^(?:.*\/)?\.slipway[^/]*$/u, reason: "the engine's own"},
	{pattern: /^usr\/sbin\/policy-rc\.d$/u, reason: "the engine's own: keeps services from starting"},
];

export const isLeftover = (path: string): boolean => leftovers.some(({pattern}) => pattern.test(path));
