import type {AgentFailure} from './sandbox-job.ts';

/** A failure of the agent's work, in the words that the user will read. */
export class AgentError extends Error {
	override readonly name = 'AgentError';
	readonly failure: AgentFailure;

	constructor(
		code: AgentFailure['code'],
		message: string,
		hint: string | null = null,
		more: Pick<AgentFailure, 'damagedLower'> = {},
	) {
		super(message);
		this.failure = {code, message, hint, ...more};
	}
}
