import {messageOf, SlipwayError, type ErrorCode} from '../base/errors.ts';
import type {RefreshedSuite, RefreshOptions, TransferProgress} from '../repository/package-index.ts';
import {createServices} from './create-services.ts';

/** The process that refreshes package lists for a terminal program: see refresh-elsewhere.ts for its other end. */
export type RefreshRequest =
	| {
			readonly kind: 'refresh';
			readonly mirror: string | null;
			readonly options: Pick<RefreshOptions, 'releases' | 'architectures'>;
	  }
	| {readonly kind: 'cancel'};

export type RefreshAnswer =
	| {readonly kind: 'progress'; readonly transfers: readonly TransferProgress[]}
	| {readonly kind: 'problem'; readonly text: string}
	| {readonly kind: 'done'; readonly suites: readonly RefreshedSuite[]}
	| {
			readonly kind: 'failed';
			readonly error: {readonly code: ErrorCode; readonly message: string; readonly hint: string | null};
	  };

const toldEveryMs = 100;

const cancelled = new AbortController();
process.on('message', (request: RefreshRequest) => {
	if (request.kind === 'cancel') cancelled.abort();
	else void refresh(request);
});
// Nobody waits for it any more; what was downloaded is kept.
process.on('disconnect', () => process.exit(0));

async function refresh({mirror, options}: Extract<RefreshRequest, {kind: 'refresh'}>): Promise<void> {
	const send = (answer: RefreshAnswer) => process.send?.(answer);
	/** Where each transfer stands, of those that moved since it was told. */
	const moved = new Map<string, TransferProgress>();
	const tell = () => {
		if (moved.size > 0) send({kind: 'progress', transfers: [...moved.values()]});
		moved.clear();
	};
	const timer = setInterval(tell, toldEveryMs);
	try {
		const services = await createServices({mirror, onProblem: text => send({kind: 'problem', text})});
		const suites = await services.repository.refresh({
			...options,
			onProgress: progress => moved.set(`${progress.kind} ${progress.what}`, progress),
			signal: cancelled.signal,
		});
		tell();
		send({kind: 'done', suites});
	} catch (error) {
		const known = error instanceof SlipwayError ? error : new SlipwayError('internal', messageOf(error));
		send({kind: 'failed', error: {code: known.code, message: known.message, hint: known.hint}});
	} finally {
		clearInterval(timer);
	}
	process.disconnect();
}
