import {beforeAll, describe, expect, test} from 'vitest';
import {Ajv2020} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {parse} from 'yaml';
import {packageRoot} from '../../src/base/package-root.ts';
import {configOf, deriveStarter} from '../../src/catalog/derive-starter.ts';
import {loadStarterDefinitions, parseStarterDefinition} from '../../src/catalog/load-starters.ts';
import {starterJsonSchema} from '../../src/catalog/starter-definition.ts';
import type {StarterDefinition} from '../../src/catalog/starter-definition.ts';
import {planComposition} from '../../src/plan/plan-composition.ts';
import type {PackageIndex} from '../../src/repository/package-index.ts';
import {describeNeeding} from '../support/needs.ts';
import {realIndexes} from './real-indexes.ts';
import {smallIndex} from './small-index.ts';

const folder = join(packageRoot(), 'src/catalog/starters');

describe('a starter’s file', () => {
	const text = `name: redis
title: Redis
description: A data store
category: database
primary: {package: redis-server, lineParts: 2}
releases: [trixie]
packages: {minimal: [redis-server], dev: [bash]}
config: {user: '65532', workdir: /data}
`;

	test('is read with its defaults', () => {
		const definition = parseStarterDefinition(text, 'redis.yaml');
		expect(definition.variants).toEqual(['minimal', 'dev']);
		expect(definition.paths).toEqual([]);
	});

	test.each<[what: string, from: string, to: string, line: number, field: string | null]>([
		['an unknown field', 'releases:', 'suites:', 1, null],
		['a wrong category', 'category: database', 'category: databse', 4, 'category'],
		['a bad package name', '[redis-server], dev', '[Redis], dev', 7, 'packages.minimal[0]'],
		['a user that is a number', "user: '65532'", 'user: 65532', 8, 'config.user'],
		['a relative folder', 'workdir: /data', 'workdir: data', 8, 'config.workdir'],
		['neither lineParts nor a group', ', lineParts: 2', '', 5, 'primary'],
		['the same key twice', 'title: Redis', 'title: Redis\ntitle: Valkey', 3, null],
		['what is no YAML', 'releases: [trixie]', 'releases: [trixie', 7, null],
	])('is refused for %s, with line and field', (_what, from, to, line, field) => {
		let error: unknown;
		try {
			parseStarterDefinition(text.replace(from, to), 'redis.yaml');
		} catch (thrown) {
			error = thrown;
		}
		expect(error).toMatchObject({code: 'bad-input', details: {file: 'redis.yaml', line}});
		if (field !== null) expect(error).toMatchObject({details: {field}});
	});

	test('has a JSON Schema that accepts all of the catalogue and refuses a typing error', () => {
		const ajv = new Ajv2020({strict: false});
		addFormats.default(ajv);
		const validate = ajv.compile(starterJsonSchema());
		for (const file of readdirSync(folder)) {
			const accepted = validate(parse(readFileSync(join(folder, file), 'utf8')));
			expect(validate.errors ?? [], file).toEqual([]);
			expect(accepted).toBe(true);
		}
		expect(validate({...(parse(text) as object), titel: 'x'})).toBe(false);
	});
});

describe('lines', () => {
	const definition: StarterDefinition = parseStarterDefinition(
		`name: java
title: Java
description: OpenJDK
category: language
primary: {package: 'openjdk-(?<line>\\d+)-jre-headless'}
releases: [trixie, bookworm, forky]
packages: {minimal: ['openjdk-{line}-jre-headless'], dev: []}
endOfLife: {'21': 2029-12-31}
config: {user: '65532', workdir: /app, cmd: [java], env: {JAVA_HOME: '/usr/lib/jvm/java-{line}-openjdk-{arch}'}}
devConfig: {cmd: [jshell]}
`,
		'java.yaml',
	);
	const jre = (line: number, version: string) => ({name: `openjdk-${line}-jre-headless`, version});
	const starter = deriveStarter(
		definition,
		new Map([
			['bookworm', smallIndex('bookworm', [jre(17, '17.0.16+8-1~deb12u1')])],
			['trixie', smallIndex('trixie', [jre(21, '21.0.8+9-1'), jre(21, '21.0.9+10-1~deb13u1'), jre(9, '9.0.4-1')])],
			['forky', smallIndex('forky', [jre(21, '21.0.10+1-1'), jre(25, '25.0.1+8-1'), jre(27, '27~34ea-1')])],
		]),
	);

	test('come most advanced first, each from the first release that has it, without unreleased ones', () => {
		expect(starter.lines.map(({line, suite, version}) => [line, suite, version])).toEqual([
			['25', 'forky', '25.0.1'],
			['21', 'trixie', '21.0.9'],
			['17', 'bookworm', '17.0.16'],
			['9', 'trixie', '9.0.4'],
		]);
	});

	test('have their packages, variables and end of life filled in', () => {
		const line = starter.lines[1];
		expect(line).toMatchObject({packages: ['openjdk-21-jre-headless'], endOfLife: '2029-12-31'});
		expect(line?.config.env['JAVA_HOME']).toBe('/usr/lib/jvm/java-21-openjdk-amd64');
		expect(line?.config.env['PATH']).toContain('/usr/bin');
	});

	test('run as an ordinary user, and as root with a shell in the dev variant', () => {
		const [line] = starter.lines;
		expect(configOf(line!, 'minimal')).toMatchObject({user: '65532', cmd: ['java']});
		expect(configOf(line!, 'dev')).toMatchObject({user: '0:0', cmd: ['jshell'], workdir: '/app'});
	});
});

describe('the catalogue', () => {
	test('has every starter that Slipway promises', async () => {
		const names = (await loadStarterDefinitions()).map(({name}) => name);
		expect(names).toEqual(
			'debian gcc go haproxy httpd java mariadb memcached nginx node perl php postgres python rabbitmq redis ruby static valkey varnish'.split(
				' ',
			),
		);
	});

	test('no minimal variant runs as root', async () => {
		for (const {name, config} of await loadStarterDefinitions()) {
			expect(config.user, name).not.toMatch(/^(?:0|root)(?::|$)/);
		}
	});
});

describeNeeding('debian-mirror')('on the real indexes of Debian', () => {
	let indexes: ReadonlyMap<string, PackageIndex>;
	beforeAll(async () => {
		indexes = await realIndexes();
	});

	test('lines are those that Debian has', async () => {
		const starters = (await loadStarterDefinitions()).map(definition => deriveStarter(definition, indexes));
		const linesOf = (name: string) => starters.find(starter => starter.name === name)?.lines.map(({line}) => line);
		expect(linesOf('php')).toEqual(expect.arrayContaining(['8.4', '8.2']));
		expect(linesOf('java')).toEqual(expect.arrayContaining(['25', '21', '17']));
		expect(linesOf('postgres')).toEqual(expect.arrayContaining(['17', '15']));
		expect(linesOf('node')).toEqual(expect.arrayContaining(['20', '18']));
	});

	test.each(['minimal', 'dev'] as const)(
		'every line of every starter can be planned as %s',
		async variant => {
			const refused: string[] = [];
			for (const definition of await loadStarterDefinitions()) {
				const starter = deriveStarter(definition, indexes);
				expect(starter.lines.length, starter.name).toBeGreaterThan(0);
				const plan = await planComposition({
					composition: {
						name: 'private',
						description: '',
						starter: starter.name,
						variant,
						lines: 'all',
						packages: [],
						env: {},
						bundles: [],
						config: {},
						tests: [],
					},
					starter,
					indexes,
				});
				for (const line of plan.lines) {
					if (line.status !== 'ok')
						refused.push(`${starter.name} ${line.line}: ${line.conflict?.summary ?? line.reason}`);
				}
			}
			expect(refused).toEqual([]);
		},
		180_000,
	);
});
