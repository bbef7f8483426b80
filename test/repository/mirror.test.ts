import {mkdir, writeFile} from 'node:fs/promises';
import {createServer, request} from 'node:http';
import type {AddressInfo} from 'node:net';
import {once} from 'node:events';
import {dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parseAptConfig} from '../../src/repository/deb/apt-config.ts';
import {parseDeb822Sources, parseOneLineSources, readAptSources} from '../../src/repository/deb/apt-sources.ts';
import {chooseMirror} from '../../src/repository/deb/mirror.ts';
import {proxyRules} from '../../src/repository/deb/proxy.ts';
import {makeDeb} from '../support/deb.ts';
import {startDebianRepository} from '../support/debian-repository.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {openTestRepository} from './open-test-repository.ts';

async function aptFolder(files: Readonly<Record<string, string>>): Promise<string> {
	const folder = await temporaryFolder('apt');
	for (const [name, content] of Object.entries(files)) {
		await mkdir(dirname(join(folder, name)), {recursive: true});
		await writeFile(join(folder, name), content);
	}
	return folder;
}

const fromHost = async (files: Readonly<Record<string, string>>) =>
	chooseMirror({mirror: null, sources: readAptSources(await aptFolder(files))});

describe("the host's apt sources", () => {
	test.each([
		['deb http://a.example/debian trixie main', [['http://a.example/debian', ['trixie'], ['main'], '']]],
		[
			'deb [arch=amd64 signed-by=/k.gpg] https://a.example/debian/ trixie main contrib # note',
			[['https://a.example/debian/', ['trixie'], ['main', 'contrib'], '/k.gpg']],
		],
		['# deb http://a.example/debian trixie main\ndeb-src http://a.example/debian trixie main\n\n', []],
		['deb http://a.example/flat ./', [['http://a.example/flat', ['./'], [], '']]],
	])('in one line: %j', (text, sources) => {
		expect(parseOneLineSources(text).map(one => [one.uri, one.suites, one.components, one.signedBy])).toEqual(sources);
	});

	test('in deb822 form', () => {
		const text = [
			'# comment\nTypes: deb deb-src\nURIs: http://a.example/debian http://b.example/debian\nSuites: trixie trixie-updates\nComponents: main\nSigned-By: /k.gpg',
			'Types: deb-src\nURIs: http://c.example/debian\nSuites: trixie\nComponents: main',
			'Enabled: no\nTypes: deb\nURIs: http://d.example/debian\nSuites: trixie\nComponents: main',
		].join('\n\n');
		expect(parseDeb822Sources(text).map(one => one.uri)).toEqual([
			'http://a.example/debian',
			'http://b.example/debian',
		]);
		expect(parseDeb822Sources('not a source')).toEqual([]);
	});

	test('name the main and the security archive', async () => {
		const mirror = await fromHost({
			'sources.list': 'deb http://a.example/debian/ trixie main\n',
			'sources.list.d/security.sources':
				'Types: deb\nURIs: http://s.example/debian-security\nSuites: trixie-security\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n',
		});
		expect(mirror.origin).toBe('apt sources');
		expect(mirror.roots.main).toEqual(['http://a.example/debian']);
		expect(mirror.roots.security.slice(0, 2)).toEqual([
			'http://s.example/debian-security',
			'http://a.example/debian-security',
		]);
	});

	test.each([
		['another component', 'deb http://third.example/linux/debian trixie stable'],
		['another keyring', 'deb [signed-by=/usr/share/keyrings/third.gpg] http://third.example/debian trixie main'],
		['another path', 'deb http://third.example/php trixie main'],
		['another suite', 'deb http://third.example/debian nodistro main'],
		['backports', 'deb http://third.example/debian trixie-backports main'],
		['another distribution', 'deb http://third.example/ubuntu noble main'],
		['files', 'deb file:/srv/debian trixie main'],
		['a disc', 'deb cdrom:[Debian]/ trixie main'],
	])('of third parties are ignored: %s', async (_, line) => {
		expect((await fromHost({'sources.list': `${line}\n`})).origin).toBe('Debian primary archive');
		const beside = await fromHost({'sources.list': `${line}\ndeb http://own.example/debian trixie main\n`});
		expect(beside.roots.main).toEqual(['http://own.example/debian']);
	});

	test('may be a list of mirrors in a file, as cloud images have it', async () => {
		const folder = await aptFolder({
			'mirrors/debian.list': '# list\nhttps://cloud.example/debian\nhttps://second.example/debian\n',
		});
		await mkdir(join(folder, 'sources.list.d'));
		await writeFile(
			join(folder, 'sources.list.d/debian.sources'),
			`Types: deb\nURIs: mirror+file://${folder}/mirrors/debian.list\nSuites: trixie\nComponents: main\n`,
		);
		const mirror = chooseMirror({mirror: null, sources: readAptSources(folder)});
		expect(mirror.roots.main).toEqual(['https://cloud.example/debian']);
	});

	test('that are not there leave the primary archive', async () => {
		const mirror = await fromHost({});
		expect(mirror).toMatchObject({origin: 'Debian primary archive', roots: {main: ['http://ftp.debian.org/debian']}});
	});
});

describe('a named mirror', () => {
	test('goes before the sources, and keeps to itself', () => {
		const sources = parseOneLineSources('deb http://a.example/debian trixie main');
		expect(chooseMirror({mirror: 'http://own.example/debian/', sources}).roots).toEqual({
			main: ['http://own.example/debian'],
			security: ['http://own.example/debian-security', 'http://own.example/debian'],
		});
		expect(chooseMirror({mirror: 'http://127.0.0.1:9', sources: []}).roots).toEqual({
			main: ['http://127.0.0.1:9'],
			security: ['http://127.0.0.1:9'],
		});
		expect(chooseMirror({mirror: 'http://own.example/x, https://s.example/y', sources}).roots).toEqual({
			main: ['http://own.example/x'],
			security: ['https://s.example/y'],
		});
	});

	test.each(['ftp://a.example/debian', 'not an address', '/srv/debian', 'http://'])('%j is refused', mirror => {
		expect(() => chooseMirror({mirror, sources: []})).toThrow(expect.objectContaining({code: 'bad-input'}));
	});

	test('by flag goes before the variable, and that before the setting', async () => {
		const rootOf = async (options: Parameters<typeof openTestRepository>[1]) =>
			(await openTestRepository(null, options)).repository.mirror.roots.main[0];
		const env = {SLIPWAY_DEBIAN_MIRROR: 'http://env.example/debian'};
		const settings = {mirror: 'http://setting.example/debian'};
		expect(await rootOf({mirror: 'http://flag.example/debian', env, settings})).toBe('http://flag.example/debian');
		expect(await rootOf({env, settings})).toBe('http://env.example/debian');
		expect(await rootOf({settings})).toBe('http://setting.example/debian');
		expect(await rootOf({env: {SLIPWAY_DEBIAN_MIRROR: ''}, settings: {mirror: ''}})).toBe(
			'http://ftp.debian.org/debian',
		);
	});
});

describe('apt configuration', () => {
	test.each([
		['Acquire::http::Proxy "http://p:3128";', {'acquire::http::proxy': 'http://p:3128'}],
		[
			'Acquire { http { Proxy "http://p:1/"; }; Retries "3"; };',
			{'acquire::http::proxy': 'http://p:1/', 'acquire::retries': '3'},
		],
		['// no\n# no\n/* Acquire::a "x"; */ Acquire::b yes;', {'acquire::b': 'yes'}],
		['Acquire::http { Proxy::host.example "DIRECT"; }', {'acquire::http::proxy::host.example': 'DIRECT'}],
		['APT::List { "a"; "b"; };', {}],
		['"unfinished', {}],
		['}}};;{', {}],
	])('%j', (text, values) => {
		expect(Object.fromEntries(parseAptConfig(text))).toEqual(values);
	});
});

describe('proxies', () => {
	const proxyFor = (url: string, apt: string, env: Record<string, string> = {}) =>
		proxyRules(parseAptConfig(apt), env).proxyFor(new URL(url));
	const apt = 'Acquire::http::Proxy "http://apt:1"; Acquire::http::Proxy::inside.example "DIRECT";';
	const env = {
		http_proxy: 'http://env:2',
		https_proxy: 'env:3',
		no_proxy: 'local.example, .corp.example,10.0.0.1:8080',
	};

	test.each([
		["apt's own first", 'http://a.example/', apt, env, 'http://apt:1'],
		["apt's exception for a host", 'http://inside.example/', apt, env, null],
		["https by apt's setting for http", 'https://a.example/', apt, env, 'http://apt:1'],
		["then the environment's", 'http://a.example/', '', env, 'http://env:2'],
		['with or without scheme', 'https://a.example/', '', env, 'http://env:3'],
		['except for a host of no_proxy', 'http://local.example/', '', env, null],
		['and for those below it', 'http://a.corp.example/', '', env, null],
		['not for names that only end alike', 'http://notlocal.example/', '', env, 'http://env:2'],
		['by port where one is given', 'http://10.0.0.1:8080/', '', env, null],
		['and no other', 'http://10.0.0.1/', '', env, 'http://env:2'],
		['for everything with *', 'http://a.example/', '', {...env, no_proxy: '*'}, null],
		['HTTP_PROXY is not read', 'http://a.example/', '', {HTTP_PROXY: 'http://cgi:1'}, null],
		['none at all', 'http://a.example/', '', {}, null],
	])('%s', (_, url, config, environment, proxy) => {
		expect(proxyFor(url, config, environment)).toBe(proxy);
	});

	test('are used, with their credentials', async () => {
		const archive = await startDebianRepository({suites: {trixie: [makeDeb({name: 'tool'})]}});
		const seen: string[] = [];
		const proxy = createServer((incoming, answer) => {
			seen.push(`${new URL(incoming.url!).host} ${incoming.headers['proxy-authorization']}`);
			const {'proxy-authorization': _, ...headers} = incoming.headers;
			incoming.pipe(
				request(incoming.url!, {headers}, response => {
					answer.writeHead(response.statusCode!, response.headers);
					response.pipe(answer);
				}),
			);
		});
		proxy.listen(0, '127.0.0.1');
		await once(proxy, 'listening');
		const {port} = proxy.address() as AddressInfo;
		const folder = await aptFolder({
			'apt.conf.d/80proxy': `Acquire::http::Proxy "http://user:pass@127.0.0.1:${port}";`,
		});
		const {repository} = await openTestRepository(archive, {aptFolder: folder});
		await repository.refresh({releases: ['trixie'], architectures: ['amd64']});
		archive.fault('dists/trixie/InRelease', {kind: 'stall', afterBytes: 10});
		const suites = await repository.refresh({releases: ['trixie'], architectures: ['amd64', 'arm64']}).catch(String);
		expect(suites).toContain('the server stalled');
		const pair = Buffer.from('user:pass').toString('base64');
		expect(new Set(seen)).toEqual(new Set([`${new URL(archive.origin).host} Basic ${pair}`]));
		proxy.closeAllConnections();
		proxy.close();
		await archive.close();
	});
});
