import {createHash} from 'node:crypto';
import {access, link, mkdir, readdir, readFile, rename, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {writeFileAtomic} from '../base/atomic-file.ts';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import type {ActionEvent} from './action-event.ts';
import {actionEventSchema} from './action-event.ts';
import type {MatchedAction} from './matching-actions.ts';

/**
 * Deliveries on disk, a file each: `pending/` until they are made, then `done/`. A delivery is written before it is
 * first tried, so that none is lost; its ID follows from event, rule and action, so that the same event enters once.
 * Between a receiver's answer and the move to `done/` a crash can repeat one: receivers tell by the delivery's ID.
 */
export interface Outbox {
	/** False if that delivery is or was there already. */
	add(event: ActionEvent, matched: MatchedAction): Promise<boolean>;
	/** Due now, oldest first. */
	due(nowMs: number): Promise<readonly Delivery[]>;
	/** All of them, newest first: the delivery log. */
	list(): Promise<readonly Delivery[]>;
	/** Records a try; ends the delivery when it is delivered, permanent, or out of tries. */
	record(delivery: Delivery, attempt: Attempt, retryAtMs: number | null): Promise<Delivery>;
	/** Drops ended deliveries of events from before then. */
	forget(beforeMs: number): Promise<void>;
}

const attemptSchema = z.object({at: z.string(), kind: z.enum(['delivered', 'failed']), text: z.string()});
export type Attempt = z.infer<typeof attemptSchema>;

const deliverySchema = z.object({
	id: z.string(),
	rule: z.string(),
	position: z.number().int(),
	state: z.enum(['pending', 'delivered', 'failed']),
	createdAt: z.string(),
	retryAtMs: z.number(),
	attempts: z.array(attemptSchema),
	event: actionEventSchema,
});
/** What is to be told, by which action of which rule, and what was tried. The action itself is read from the rules. */
export type Delivery = z.infer<typeof deliverySchema>;

/** @param folder `outbox/` in the data folder */
export async function openOutbox(folder: string, onProblem: (text: string) => void): Promise<Outbox> {
	const pending = join(folder, 'pending');
	const done = join(folder, 'done');
	await Promise.all([pending, done].map(path => mkdir(path, {recursive: true, mode: 0o700})));

	const readAll = async (path: string): Promise<Delivery[]> => {
		const deliveries: Delivery[] = [];
		for (const name of await readdir(path)) {
			if (!name.endsWith('.json')) continue;
			const delivery = await readDelivery(join(path, name), onProblem);
			if (delivery !== null) deliveries.push(delivery);
		}
		return deliveries.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
	};

	return {
		async add(event, {rule, position}) {
			const id = createHash('sha256').update(`${event.id}\n${rule}\n${position}`).digest('hex').slice(0, 32);
			if (await exists(join(done, `${id}.json`))) return false;
			const delivery: Delivery = {
				id,
				rule,
				position,
				state: 'pending',
				createdAt: event.at,
				retryAtMs: 0,
				attempts: [],
				event: actionEventSchema.parse(event),
			};
			return writeNew(join(pending, `${id}.json`), delivery);
		},
		async due(nowMs) {
			return (await readAll(pending)).filter(({retryAtMs}) => retryAtMs <= nowMs);
		},
		async list() {
			// One that ends between the two readings is in both.
			const byId = new Map([...(await readAll(pending)), ...(await readAll(done))].map(each => [each.id, each]));
			return [...byId.values()].toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
		},
		async record(delivery, attempt, retryAtMs) {
			const state = retryAtMs === null ? (attempt.kind === 'delivered' ? 'delivered' : 'failed') : 'pending';
			const next: Delivery = {
				...delivery,
				state,
				retryAtMs: retryAtMs ?? 0,
				attempts: [...delivery.attempts, attempt],
			};
			const path = join(pending, `${delivery.id}.json`);
			await writeFileAtomic(path, JSON.stringify(next), 0o600);
			if (state !== 'pending') await rename(path, join(done, `${delivery.id}.json`));
			return next;
		},
		async forget(beforeMs) {
			for (const name of await readdir(done)) {
				const path = join(done, name);
				// Written when the delivery ended, which is never before its event.
				const {mtimeMs} = await stat(path);
				if (mtimeMs < beforeMs) await rm(path, {force: true});
			}
		},
	};
}

/** False if the file is there. Written aside and linked, so that it is there whole or not at all, and once. */
async function writeNew(path: string, delivery: Delivery): Promise<boolean> {
	const aside = `${path}.${process.pid}.tmp`;
	await writeFileAtomic(aside, JSON.stringify(delivery), 0o600);
	try {
		await link(aside, path);
		return true;
	} catch (error) {
		if (isSystemError(error, 'EEXIST')) return false;
		throw error;
	} finally {
		await rm(aside, {force: true});
	}
}

async function readDelivery(path: string, onProblem: (text: string) => void): Promise<Delivery | null> {
	try {
		return deliverySchema.parse(JSON.parse(await readFile(path, 'utf8')));
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return null;
		if (isSystemError(error, 'EACCES')) {
			throw new SlipwayError('storage', `The delivery ${path} cannot be read.`, {
				hint: 'Mend its permissions.',
				cause: error,
			});
		}
		onProblem(`${path} is not a delivery of Slipway: it was moved aside, to ${path}.damaged.`);
		await rename(path, `${path}.damaged`);
		return null;
	}
}

async function exists(path: string): Promise<boolean> {
	try {
		await access(path);
		return true;
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return false;
		throw error;
	}
}
