import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {whyMissing} from '../../support/needs.ts';
import {makePrivateApt} from '../../support/private-apt.ts';
import {makeSlipwayHome, type SlipwayHome} from '../../support/slipway.ts';
import {acceptExpired} from '../bench-home.ts';
import {inTurn, timed, type BenchRow} from '../row.ts';

const releases = ['bookworm', 'trixie', 'forky'];

/** Both download from the same mirror into empty folders, then ask again. */
export const refresh: BenchRow = {
	name: 'refresh',
	title: '`slipway update` of three releases, beside apt-get update',
	async measure({runs}) {
		const home = await makeSlipwayHome({env: acceptExpired});
		const missing = whyMissing('apt');
		const apt = missing === null ? await makePrivateApt({releases, acceptExpired: true}) : null;
		const peer = (value: number) =>
			apt ? {name: 'apt-get update', value: value / 1000} : {name: 'apt-get update', missing: missing ?? ''};
		const cold = await inTurn(
			Math.min(runs, 3),
			async () => {
				await rm(join(home.folder, 'slipway'), {recursive: true, force: true});
				return update(home);
			},
			apt &&
				(async () => {
					await apt.forgetIndexes();
					return timed(() => apt.update());
				}),
		);
		const unchanged = await inTurn(runs, () => update(home), apt && (() => timed(() => apt.update())));
		return [
			{
				what: 'refresh, cold',
				unit: 's',
				ours: cold.ours / 1000,
				budget: {kind: 'at most', value: 10},
				peer: peer(cold.peer),
			},
			{
				what: 'refresh, nothing changed',
				unit: 's',
				ours: unchanged.ours / 1000,
				budget: {kind: 'at most', value: 0.5},
				peer: peer(unchanged.peer),
			},
		];
	},
};

async function update(home: SlipwayHome): Promise<number> {
	const result = await home.run(['update']);
	if (result.exitCode !== 0) throw new Error(`slipway update: ${result.stderr}`);
	return result.durationMs;
}
