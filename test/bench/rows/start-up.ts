import {runProgram} from '../../support/run-program.ts';
import {mainFile} from '../../support/slipway.ts';
import {inTurn, type BenchRow} from '../row.ts';

/** Node's own start is the floor that no program on it goes below. */
export const startUp: BenchRow = {
	name: 'start-up',
	title: '`slipway --version`, beside Node doing nothing',
	async measure({runs}) {
		const run = async (args: readonly string[]) => (await runProgram(process.execPath, args)).durationMs;
		const result = await inTurn(
			runs * 4,
			() => run([mainFile, '--version']),
			() => run(['--eval', '0']),
		);
		return [
			{
				what: 'slipway --version',
				unit: 'ms',
				ours: result.ours,
				budget: {kind: 'at most', value: 80},
				peer: {name: 'node --eval 0', value: result.peer},
			},
		];
	},
};
