/** Dependencies that an image without shell and package manager does without, and why. */
export interface MinimalRule {
	/** Package that states the dependency; `*` stands for any text, alone for every package. */
	readonly of: string;
	/** What it names: a package, or a virtual one as written. */
	readonly on: string;
	readonly reason: string;
}

/** Packages that the minimal variant has in any case. */
export const alwaysInImage: readonly string[] = ['base-files'];

/**
 * The edges that are cut. A package behind a cut edge is still present while maintainer scripts run, and enters the image
 * where another edge leads to it, or where the starter or the composition asks for it by name.
 */
export const minimalRules: readonly MinimalRule[] = [
	...[
		['adduser', 'creates users from maintainer scripts'],
		['debconf', 'asks and answers questions of maintainer scripts'],
		['debconf-2.0', 'asks and answers questions of maintainer scripts'],
		['cdebconf', 'asks and answers questions of maintainer scripts'],
		['dpkg', 'unpacks packages, and lends its tools to maintainer scripts'],
		['init-system-helpers', 'registers services from maintainer scripts'],
		['install-info', 'indexes documentation in a trigger'],
		['lsb-base', 'lends functions to init scripts'],
		['passwd', 'changes accounts from maintainer scripts'],
		['runit-helper', 'registers services from maintainer scripts'],
		['sysvinit-utils', 'lends functions to init scripts'],
		['ucf', 'merges configuration files in maintainer scripts'],
		['sensible-utils', 'lends choices of editors to maintainer scripts'],
		['base-passwd', 'writes /etc/passwd in a maintainer script'],
		['systemd-sysusers', 'creates users from maintainer scripts'],
		['systemd-standalone-sysusers', 'creates users from maintainer scripts'],
		['systemd-standalone-tmpfiles', 'creates folders from maintainer scripts'],
		['systemd-tmpfiles', 'creates folders from maintainer scripts'],
		['opensysusers', 'creates users from maintainer scripts'],
		['sgml-base', 'registers catalogues in a trigger'],
		['xml-core', 'registers catalogues in maintainer scripts'],
		['logrotate', 'turns log files on a host that runs cron'],
		['cron', 'runs jobs on a host with an init system'],
		['cron-daemon', 'runs jobs on a host with an init system'],
		['anacron', 'runs jobs on a host with an init system'],
		['systemd', 'is the init system of a host'],
	].map(([on = '', reason = '']) => ({of: '*', on, reason})),
	{of: 'base-files', on: 'awk', reason: 'only its maintainer script uses awk'},
	{of: '*sh', on: 'debianutils', reason: 'add-shell runs in maintainer scripts'},
	{of: 'ca-certificates', on: 'openssl', reason: 'update-ca-certificates runs while configuring'},
	{of: 'apache2*', on: 'perl', reason: 'a2enmod, apxs and their kin change a host, not an image'},
	{of: 'apache2', on: 'procps', reason: 'apache2ctl looks for a running server on a host'},
	{of: 'memcached', on: 'perl', reason: 'the wrapper for init systems and the statistics script use it'},
	{of: 'nginx*', on: 'iproute2', reason: 'its maintainer script looks whether port 80 is free'},
	{of: 'php*-fpm', on: 'procps', reason: 'its log rotation looks for the server on a host'},
	{of: 'php-common', on: 'psmisc', reason: 'session clean-up on a host that runs cron'},
	{of: 'openjdk-*', on: 'ca-certificates-java', reason: 'makes the trust store while configuring; the store stays'},
	{of: 'openjdk-*', on: 'java-common', reason: 'registers alternatives from maintainer scripts'},
	{of: 'openjdk-*', on: 'util-linux', reason: 'its maintainer script asks lscpu for the processor'},
	{of: 'rabbitmq-server', on: 'python3', reason: 'only rabbitmqadmin, a client for operators, is written in it'},
	{of: 'postgresql-*', on: 'postgresql-common', reason: 'manages clusters of a host; its user and folders stay'},
	{of: 'postgresql-client-*', on: 'postgresql-client-common', reason: 'picks a version by Perl; the image has one'},
	{of: 'postgresql-*', on: 'ssl-cert', reason: "makes a host's self-signed certificate in a maintainer script"},
	{of: 'postgresql-*', on: 'locales', reason: 'locale-gen runs while configuring; C.UTF-8 is in libc-bin'},
];
