import {join} from 'node:path';
import {writeFileAtomic} from '../base/atomic-file.ts';
import type {LinePlan, Plan} from '../plan/plan.ts';

/** Whole explanations of conflicts, a file for an image and line: screens show eight steps of them. */
export class ExplanationFiles {
	readonly #folder: string;
	readonly #written = new Map<string, string>();

	constructor(folder: string) {
		this.#folder = folder;
	}

	/** The plan with the paths of its explanations; without them where the folder cannot be written to. */
	async write(plan: Plan): Promise<Plan> {
		if (plan.lines.every(({conflict}) => conflict === null)) return plan;
		const lines = await Promise.all(
			plan.lines.map(async line => {
				if (line.conflict === null) return line;
				const explanationFile = await this.#write(plan, line);
				return explanationFile === null ? line : {...line, conflict: {...line.conflict, explanationFile}};
			}),
		);
		return {...plan, lines};
	}

	async #write(plan: Plan, line: LinePlan): Promise<string | null> {
		// The name of a draft may be anything that was typed so far.
		const name = `${plan.image}-${line.line}`.replaceAll(/[^A-Za-z0-9.+-]/g, '_').replace(/^[.-]/, '_');
		const path = join(this.#folder, `${name}.txt`);
		const text = explanationText(plan, line);
		if (this.#written.get(path) === text) return path;
		try {
			await writeFileAtomic(path, text, 0o600);
		} catch {
			// It is a help only: the plan stands without it.
			return null;
		}
		this.#written.set(path, text);
		return path;
	}
}

function explanationText({image, starter, variant, architecture}: Plan, line: LinePlan): string {
	const {summary = '', steps = [], suggestions = []} = line.conflict ?? {};
	const ways = suggestions.map(({text}) => `  - ${text}`);
	return [
		`${image}: ${starter} ${line.line}, ${variant}, ${architecture}, in ${line.suite}`,
		`Index: ${line.repositoryDigest}`,
		'',
		summary,
		'',
		'All of these together cannot hold; without any one of them, the rest can:',
		...steps.map(({text}, at) => `${String(at + 1).padStart(4)}. ${text}`),
		'',
		...(ways.length > 0
			? ['What works instead, planned before it was written here:', ...ways]
			: ['No single change helps.']),
		'',
	].join('\n');
}
