import type {AllServices} from '../app/create-services.ts';
import {refreshWarnings} from './refresh-warnings.ts';
import {interruption, warn} from './terminal.ts';
import {showTransfers} from './transfers.ts';

export type IndexWish = 'if missing' | 'if old' | 'always';

export interface ServiceWishes {
	readonly mirror?: string | undefined;
	/** Refreshes repository indexes first: if one is missing, if they are older than the setting too, or always. */
	readonly indexes?: IndexWish;
}

/** Runs a command's work with the services it needs; Ctrl+C ends it as cancelled. */
export async function withServices<T>(
	wishes: ServiceWishes,
	work: (services: AllServices, signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const {createServices} = await import('../app/create-services.ts');
	const services = await createServices({mirror: wishes.mirror ?? null, onProblem: warn});
	const signal = interruption();
	try {
		if (wishes.indexes) await refreshFirst(services, wishes.indexes, signal);
		return await work(services, signal);
	} finally {
		await services.close();
	}
}

export async function refreshFirst(services: AllServices, when: IndexWish, signal: AbortSignal): Promise<void> {
	const {repository, settings} = services;
	const hasIndexes = await repository.hasIndexes();
	const lastMs = (await services.lastRefresh())?.getTime() ?? 0;
	const isOld = Date.now() - lastMs > settings.refreshAfterHours * 3_600_000;
	if (hasIndexes && (when === 'if missing' || (when === 'if old' && !isOld))) return;
	const transfers = showTransfers(process.stderr);
	try {
		const suites = await repository.refresh({onProgress: transfers.show, signal});
		for (const warning of refreshWarnings(suites)) warn(warning);
	} finally {
		transfers.end();
	}
}
