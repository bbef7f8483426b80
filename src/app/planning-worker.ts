import {join} from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {parentPort, workerData} from 'node:worker_threads';
import {messageOf, SlipwayError, type ErrorCode} from '../base/errors.ts';
import {collectGarbage} from '../base/heap.ts';
import {hostArchitecture} from '../base/host.ts';
import {slipwayPaths} from '../base/paths.ts';
import {openBundleRepository} from '../build/bundles/bundle-repository.ts';
import type {SearchOptions} from '../catalog/search-result.ts';
import type {Composition} from '../plan/composition.ts';
import type {PlanLock} from '../plan/lock.ts';
import type {Plan} from '../plan/plan.ts';
import {openRepository} from '../repository/deb/debian-repository.ts';
import {openCompositionFiles} from './composition-files.ts';
import {cataloguePlace} from './opened-catalogue.ts';
import {notesPlace} from './plan-notes.ts';
import {createPlanning, type PlanningHere} from './planning.ts';
import {readSettings} from './settings.ts';

/** The planning thread: see worker-planning.ts for its other end. */
export type PlanningCall =
	| {readonly call: 'starters'}
	| {readonly call: 'starter'; readonly name: string}
	| {readonly call: 'reload'}
	| {readonly call: 'search'; readonly query: string; readonly options: SearchOptions}
	| {readonly call: 'plan'; readonly composition: Composition}
	| {readonly call: 'plan-locked'; readonly composition: Composition; readonly lock: PlanLock}
	| {readonly call: 'lock'; readonly composition: Composition; readonly plan: Plan};

export type PlanningRequest =
	({readonly kind: 'ask'; readonly id: number} & PlanningCall) | {readonly kind: 'cancel'; readonly id: number};

export type PlanningAnswer =
	| {readonly kind: 'value'; readonly id: number; readonly value: unknown}
	| {
			readonly kind: 'error';
			readonly id: number;
			readonly error: {
				readonly code: ErrorCode;
				readonly message: string;
				readonly hint: string | null;
				readonly details: Readonly<Record<string, string | number | boolean | null>>;
			};
	  };

/** Preparations come after the program's first screen, and not between the letters of a word that is being typed. */
const untilIdleMs = 400;

const running = new Map<number, AbortController>();
let planning: Promise<PlanningHere> | null = null;
let isPrepared = false;
let lastAnswerMs = 0;

parentPort?.on('message', (request: PlanningRequest) => {
	if (request.kind === 'cancel') running.get(request.id)?.abort();
	else void answer(request);
});

async function answer(request: Extract<PlanningRequest, {kind: 'ask'}>): Promise<void> {
	const {id} = request;
	const controller = new AbortController();
	running.set(id, controller);
	// Messages that wait already are read before the work begins: a request that was superseded costs nothing.
	await new Promise(resolve => setImmediate(resolve));
	const send = (message: PlanningAnswer) => parentPort?.postMessage(message);
	try {
		if (controller.signal.aborted) return;
		const value = await ask(await (planning ??= open()), request, controller.signal);
		send({kind: 'value', id, value});
	} catch (error) {
		const known = error instanceof SlipwayError ? error : new SlipwayError('internal', messageOf(error));
		send({
			kind: 'error',
			id,
			error: {code: known.code, message: known.message, hint: known.hint, details: known.details},
		});
	} finally {
		running.delete(id);
		lastAnswerMs = performance.now();
	}
	if (request.call === 'starters' || request.call === 'reload') await tidy();
	// Who only looks at what there is needs no search index in memory.
	if (!isPrepared && (request.call === 'plan' || request.call === 'search')) await prepare();
}

/** While nobody asks for anything, what later requests would wait for. */
async function prepare(): Promise<void> {
	isPrepared = true;
	try {
		await idle();
		const service = await (planning ??= open());
		for (const _ of await service.preparations()) await idle();
		collectGarbage();
	} catch {
		// Whoever asks for what cannot be opened is told; the next answer is the next chance.
		isPrepared = false;
	}
}

/** What opening and compiling leave behind is several times what is kept. */
async function tidy(): Promise<void> {
	await idle();
	collectGarbage();
}

/** Reads messages that wait, then waits until nothing was asked for a while. */
async function idle(): Promise<void> {
	await new Promise(resolve => setImmediate(resolve));
	for (let left = leftMs(); left > 0; left = leftMs()) await setTimeout(left);
}

function leftMs(): number {
	return running.size > 0 ? untilIdleMs : lastAnswerMs + untilIdleMs - performance.now();
}

function ask(service: PlanningHere, request: PlanningCall, signal: AbortSignal): Promise<unknown> {
	switch (request.call) {
		case 'starters':
			return service.starters(signal);
		case 'starter':
			return service.starter(request.name);
		case 'reload':
			return service.reload();
		case 'search':
			return service.search(request.query, request.options, signal);
		case 'plan':
			return service.plan(request.composition, signal);
		case 'plan-locked':
			return service.planLocked(request.composition, request.lock);
		case 'lock':
			return service.lockOf(request.plan, request.composition);
	}
}

async function open(): Promise<PlanningHere> {
	const {mirror} = workerData as {readonly mirror: string | null};
	const paths = slipwayPaths();
	const settings = await readSettings();
	const repository = await openRepository({cacheFolder: paths.cache, mirror, settings: {mirror: settings.mirror}});
	const architecture = settings.architecture === 'host' ? hostArchitecture() : settings.architecture;
	return createPlanning({
		repository,
		bundles: openBundleRepository(join(paths.data, 'bundles')),
		baselines: openCompositionFiles(join(paths.data, 'compositions'), () => {}).baselines,
		architecture,
		ensureIndexes: wanted => repository.ensureIndexes(wanted),
		catalogue: cataloguePlace(paths),
		notes: notesPlace(paths),
	});
}
