import {spawn} from 'node:child_process';
import {messageOf} from '../../base/errors.ts';
import type {ActionEvent} from '../action-event.ts';
import type {DeliveryContext, DeliveryOutcome} from './deliver.ts';

const keptOutput = 500;

/** Runs a program, without a shell, with the event on its standard input. Exit code 0 is delivered. */
export async function runCommand(
	[program = '', ...rest]: readonly string[],
	event: ActionEvent,
	{deliveryId, env, timeoutMs, signal}: DeliveryContext,
): Promise<DeliveryOutcome> {
	const timeout = AbortSignal.timeout(timeoutMs);
	return new Promise(resolve => {
		const child = spawn(program, rest, {
			stdio: ['pipe', 'pipe', 'pipe'],
			env: {...env, SLIPWAY_EVENT: event.kind, SLIPWAY_DELIVERY: deliveryId},
			signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
			killSignal: 'SIGKILL',
		});
		let said = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-keptOutput)));
		}
		child.on('error', error => {
			const permanent = 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES');
			resolve({kind: 'failed', permanent, text: timeout.aborted ? 'did not end in time' : messageOf(error)});
		});
		child.on('close', code => {
			if (code === 0) resolve({kind: 'delivered', text: said.trim() || 'exit code 0'});
			else resolve({kind: 'failed', permanent: false, text: `exit code ${code}: ${said.trim()}`});
		});
		// A program that does not read its input is no failure.
		child.stdin.on('error', () => undefined);
		child.stdin.end(JSON.stringify(event));
	});
}
