/** What a starter is for, done in its image as its own user: without network, but with loopback. */
export interface SmokeProgram {
	readonly starter: string;
	/** Packages that the composition adds. */
	readonly packages?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	/** Files of `programs/` that the check uses. */
	readonly programs?: readonly string[];
	/** True: the image's own entrypoint and command run meanwhile, and the check is tried until it comes out. */
	readonly serves?: boolean;
	/** For busybox's shell, which ends at the first command that fails. */
	readonly check: string;
	/** What the minimal variant cannot do without at run time, and why. */
	readonly keeps?: readonly {readonly program: 'shell' | 'perl' | 'package manager'; readonly reason: string}[];
}

/** Of a program that opens TLS connections: to a server that the bundle's certificate vouches for, and to another. */
const tls = (command: string) =>
	`${command} > /tmp/said; grep -qx 'trusted: hello' /tmp/said; grep -qx 'stranger: refused' /tmp/said`;
/** IPv4, since not every server listens on both, and busybox tries one address alone. */
const get = (port: number, wanted: string) => `wget -q -O - http://127.0.0.1:${port}/ | grep -q '${wanted}'`;
const onlyShell = (reason: string) => [{program: 'shell', reason} as const];

/** One entry a starter. */
export const smokePrograms: readonly SmokeProgram[] = [
	{starter: 'debian', check: 'getent services https | grep -q 443/tcp; iconv -f latin1 -t utf8 /etc/hostname'},
	{
		starter: 'static',
		check:
			'test -s /etc/ssl/certs/ca-certificates.crt -a -s /usr/share/zoneinfo/Europe/Oslo; grep -q ^http: /etc/mime.types || test -s /etc/mime.types; id -u',
	},
	{starter: 'python', programs: ['tls.py'], check: tls('python3 /smoke/programs/tls.py')},
	{starter: 'node', programs: ['tls.mjs'], check: tls('node /smoke/programs/tls.mjs')},
	{starter: 'ruby', programs: ['tls.rb'], check: tls('ruby /smoke/programs/tls.rb')},
	{
		starter: 'perl',
		packages: ['libio-socket-ssl-perl'],
		programs: ['tls.pl'],
		check: tls('perl /smoke/programs/tls.pl'),
		keeps: [{program: 'perl', reason: 'it is what the image is for'}],
	},
	{
		starter: 'php',
		programs: ['tls.php', 'fpm.php', 'page.php'],
		serves: true,
		check: `${tls('php /smoke/programs/tls.php')}; php /smoke/programs/fpm.php | grep -q 'page of fpm-fcgi'`,
	},
	{starter: 'java', programs: ['Tls.java'], check: tls('java /smoke/programs/Tls.java')},
	{starter: 'go', programs: ['tls.go'], check: tls('go run /smoke/programs/tls.go')},
	{
		starter: 'gcc',
		programs: ['hello.c', 'hello.cc'],
		check:
			'gcc -O2 -o hello /smoke/programs/hello.c -lm; ./hello | grep -qx "C: 1.414"; ' +
			'g++ -O2 -o hello /smoke/programs/hello.cc; ./hello | grep -qx "C++"',
	},
	{starter: 'nginx', serves: true, check: get(8080, 'Welcome to nginx')},
	{starter: 'httpd', serves: true, check: get(8080, 'Apache2 Debian Default Page')},
	{starter: 'haproxy', serves: true, check: get(8080, 'HAProxy is running')},
	{
		starter: 'varnish',
		serves: true,
		check:
			'mkdir -p /tmp/site; echo cached > /tmp/site/index.html; httpd -p 127.0.0.1:8080 -h /tmp/site || true; ' +
			`${get(6081, 'cached')}; wget -S -O - http://127.0.0.1:6081/ 2>&1 | grep -qi 'x-varnish: [0-9]* [0-9]'`,
		keeps: onlyShell('varnishd compiles its configuration by `sh -c "exec gcc …"`'),
	},
	{
		starter: 'postgres',
		env: {POSTGRES_PASSWORD: 'a password of a test', POSTGRES_DB: 'shop'},
		serves: true,
		check:
			"export PGPASSWORD='a password of a test'; " +
			'psql -h localhost -U postgres shop -c "create table if not exists fruit (name text)" -c "insert into fruit values (\'apple\')"; ' +
			'psql -h localhost -U postgres shop -tc "select name from fruit" | grep -q apple',
		keeps: onlyShell('initdb starts the server by popen(3); the entrypoint is a script'),
	},
	{
		starter: 'mariadb',
		env: {MARIADB_ROOT_PASSWORD: 'rootword', MARIADB_DATABASE: 'shop', MARIADB_USER: 'clerk', MARIADB_PASSWORD: "it's"},
		serves: true,
		check:
			'mariadb -h 127.0.0.1 -u clerk -p"it\'s" shop -e "create table if not exists fruit (name text); insert into fruit values (\'apple\')"; ' +
			'mariadb -h 127.0.0.1 -u clerk -p"it\'s" shop -e "select name from fruit" | grep -q apple',
		keeps: onlyShell('mariadb-install-db and the entrypoint are scripts'),
	},
	{
		starter: 'redis',
		serves: true,
		check: 'redis-cli set fruit apple; redis-cli get fruit | grep -qx apple',
	},
	{
		starter: 'valkey',
		serves: true,
		check: 'valkey-cli set fruit apple; valkey-cli get fruit | grep -qx apple',
	},
	{
		starter: 'memcached',
		serves: true,
		check: `printf 'set fruit 0 0 5\\r\\napple\\r\\nget fruit\\r\\nquit\\r\\n' | nc localhost 11211 | grep -q ^apple`,
	},
	{
		starter: 'rabbitmq',
		serves: true,
		check:
			'rabbitmqctl await_startup --timeout 60; rabbitmqctl list_vhosts name | grep -qx /; ' +
			`printf 'AMQP\\0\\0\\11\\1' | timeout 5 nc localhost 5672 | grep -qa PLAIN`,
		keeps: onlyShell('server and tools are started by scripts'),
	},
];
