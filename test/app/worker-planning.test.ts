import {afterAll, beforeAll, expect, test} from 'vitest';
import {createServices, type AllServices} from '../../src/app/create-services.ts';
import type {Composition} from '../../src/plan/composition.ts';
import {startCliRepository} from '../cli/cli-repository.ts';
import type {DebianRepository} from '../support/debian-repository.ts';
import {makeSlipwayHome} from '../support/slipway.ts';

let repository: DebianRepository;
let env: Readonly<Record<string, string | undefined>>;
let services: AllServices;

beforeAll(async () => {
	repository = await startCliRepository();
	({env} = await makeSlipwayHome({repository}));
	services = await createServices({env, planning: 'worker'});
	await services.repository.refresh();
});
afterAll(async () => {
	await services.close();
	await repository.close();
});

const composition: Composition = {
	name: 'caching',
	description: '',
	starter: 'memcached',
	variant: 'minimal',
	lines: 'all',
	packages: [{name: 'curl', version: null}],
	env: {},
	bundles: [],
	config: {},
	tests: [],
};

test('plans and searches as the same service in this process does', async () => {
	const own = await createServices({env});
	expect(await services.planning.plan(composition)).toEqual(await own.planning.plan(composition));
	expect(await services.planning.starters()).toEqual(await own.planning.starters());
	const [theirs, ours] = await Promise.all([services.planning.search('curl'), own.planning.search('curl')]);
	expect({...theirs, tookMs: 0}).toEqual({...ours, tookMs: 0});
	await own.close();
});

test('the newest request wins: older ones of its kind end as cancelled', async () => {
	const old = services.planning.plan(composition);
	const search = services.planning.search('curl');
	const newest = services.planning.plan({...composition, packages: []});
	await expect(old).rejects.toMatchObject({code: 'cancelled'});
	expect((await newest).lines.map(({status}) => status)).toEqual(['ok', 'ok']);
	expect((await search).families[0]?.family).toBe('curl');
});

test('a signal ends a request at once', async () => {
	const controller = new AbortController();
	const planned = services.planning.plan(composition, controller.signal);
	controller.abort();
	await expect(planned).rejects.toMatchObject({code: 'cancelled'});
});

test('errors come over with code, message and hint', async () => {
	const wrong = {...composition, packages: [{name: 'crul', version: null}]};
	await expect(services.planning.plan(wrong)).rejects.toMatchObject({
		code: 'bad-input',
		message: expect.stringContaining('There is no package crul'),
		hint: expect.stringContaining('curl'),
	});
});

test('after closing, requests end as cancelled', async () => {
	const {planning} = await createServices({env, planning: 'worker'});
	const starting = planning.starters();
	await planning.close();
	await expect(starting).rejects.toMatchObject({code: 'cancelled'});
	await expect(planning.starters()).rejects.toMatchObject({code: 'cancelled'});
});
