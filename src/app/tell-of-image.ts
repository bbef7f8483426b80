import {randomUUID} from 'node:crypto';
import {join} from 'node:path';
import type {ActionEvent} from '../actions/action-event.ts';
import {messageOf} from '../base/errors.ts';
import {buildFolderOf, listBuildIds, outlineOf, readBuildInput} from '../build/build-folder.ts';
import {createActions} from './actions.ts';
import type {AllServices} from './create-services.ts';

/** An image that left the store: pushed to a registry, or pulled through `slipway serve`. */
export interface MovedImage {
	readonly kind: 'image/pushed' | 'image/pulled';
	/** Name of the private image, without tenant. */
	readonly image: string;
	readonly tags: readonly string[];
	readonly digest: string;
	/** HOST/REPOSITORY:TAG */
	readonly reference: string;
	readonly signal?: AbortSignal;
}

type Parts = Pick<AllServices, 'compositions' | 'paths' | 'tenant'>;

/**
 * Makes the actions that the rules have for an image that was pushed or pulled. Never throws: a rule that is wrong makes
 * no push fail; what could not be done goes to `report`. Without rules it costs one failed file read.
 */
export async function tellOfImage(
	{compositions, paths, tenant}: Parts,
	moved: MovedImage,
	report: (text: string) => void,
): Promise<void> {
	try {
		const actions = await createActions({onProblem: report});
		if (!actions.rules.some(({when}) => when.includes(moved.kind))) return;
		const {kind, image, tags, digest, reference, signal} = moved;
		const composition = await compositions.read(image).catch(() => null);
		const event: ActionEvent = {
			id: `${image}/${kind}/${randomUUID()}`,
			kind,
			at: new Date().toISOString(),
			image: `${tenant}/${image}`,
			starter: composition?.starter ?? '',
			severity: 'none',
			summary: kind === 'image/pushed' ? `pushed to ${reference}` : `pulled from ${reference}`,
			build: null,
			reference,
			lines: [],
		};
		const made = await lineOf(join(paths.data, 'builds'), image, digest);
		const line = made && {
			line: made.line,
			version: made.version,
			status: 'created',
			digest,
			tags,
			traceId: made.traceId,
			error: null,
			packages: [],
		};
		const whole = line ? {...event, build: made.build, lines: [line]} : event;
		await actions.handle([whole], signal ? {signal} : {});
	} catch (error) {
		report(`The actions for ${moved.kind} of ${moved.image} could not be made: ${messageOf(error)}`);
	}
}

/** The line and the build that made an image. */
async function lineOf(buildsFolder: string, image: string, digest: string) {
	for (const build of await listBuildIds(buildsFolder)) {
		const paths = buildFolderOf(buildsFolder, build);
		const outline = await outlineOf(paths);
		const line = outline.image === image ? outline.finished?.lines.find(made => made.digest === digest) : undefined;
		if (!line) continue;
		const {plan} = await readBuildInput(paths);
		const version = plan.lines.find(planned => planned.line === line.line)?.version ?? '';
		return {build, line: line.line, version, traceId: line.traceId};
	}
	return null;
}
