import {SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import {pathTo} from '../../image/dependency-path.ts';
import {nearestNames} from '../../plan/composition/nearest-names.ts';
import type {LinePlan, Plan} from '../../plan/plan.ts';
import {why, type WhyPath} from '../../plan/why.ts';
import type {AllServices} from '../../app/create-services.ts';
import {findImage, packagesOf} from '../image-reference.ts';
import {planFor} from '../plan-for.ts';
import {jsonOption, mirrorOption, type Configure} from '../program.ts';
import {print, printJson, style} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument(
			'<name:tag|file>',
			'a built image; or a composition file or private image, of which nothing needs to be built',
		)
		.argument('<package>', 'a package in it')
		.addOption(mirrorOption())
		.addOption(jsonOption())
		.action(async (reference: string, wanted: string, options: {json?: boolean; mirror?: string}) => {
			await withServices({mirror: options.mirror}, async (services, signal) => {
				const answer = (await isBuilt(services, reference))
					? await ofImage(services, reference, wanted)
					: ofPlan((await planFor(services, reference, {locked: false, signal})).plan, reference, wanted);
				if (options.json) printJson(answer.json);
				else print(answer.text);
			});
		});

interface Answer {
	readonly json: unknown;
	readonly text: string;
}

interface Step {
	readonly name: string;
	readonly version: string;
	readonly role: string | null;
	readonly requestedAs: string | null;
}

/** A name alone is that of a built image, or of a composition while nothing was built of it. */
async function isBuilt({store}: AllServices, reference: string): Promise<boolean> {
	if (reference.includes(':')) return true;
	if (/[/\\]|\.ya?ml$/u.test(reference)) return false;
	return (await store.list()).some(({name}) => name === reference);
}

async function ofImage(services: AllServices, reference: string, wanted: string): Promise<Answer> {
	const packages = await packagesOf(services, await findImage(services, reference));
	const path = pathTo(packages, wanted);
	if (path === null) {
		const hint = `\`slipway sbom ${reference}\` lists its packages.`;
		throw notThere(`${reference} does not contain`, wanted, packages, hint);
	}
	const reason = path[0]?.role === 'added' ? 'added' : 'starter';
	return {json: {package: wanted, path: path.map(toStep)}, text: pathText(path.map(toStep), reason)};
}

/** The path in each line that will be built. */
function ofPlan(plan: Plan, reference: string, wanted: string): Answer {
	const built = plan.lines.filter(({status}) => status === 'ok');
	const lines = built.map(line => {
		const found = why(line, wanted);
		return {line: line.line, root: found?.root ?? null, path: found === null ? null : stepsOf(line, found)};
	});
	if (lines.every(({path}) => path === null)) {
		const known = built.flatMap(({packages}) => packages);
		const hint = `\`slipway plan ${reference} --packages\` lists what every line will contain.`;
		throw notThere(`No line of ${plan.image} that can be built would contain`, wanted, known, hint);
	}
	const text = lines.map(({line, root, path}) =>
		[
			style('bold', safeText(line)),
			path === null || root === null ? style('dim', 'not in this line') : pathText(path, root),
		].join('\n'),
	);
	return {json: {package: wanted, lines}, text: text.join('\n\n')};
}

function stepsOf({packages}: LinePlan, {packages: names}: WhyPath): readonly Step[] {
	return names.flatMap(name => packages.filter(entry => entry.name === name).map(toStep));
}

const toStep = ({name, version, role, requestedAs}: Step): Step => ({name, version, role, requestedAs});

function pathText(path: readonly Step[], root: WhyPath['root']): string {
	const rows = path.map((step, depth) => {
		const reason = depth === 0 ? `  ${reasonOf(step, root)}` : step.role === 'build-only' ? '  only to configure' : '';
		return `${'  '.repeat(depth)}${depth > 0 ? '└ ' : ''}${style('bold', safeText(step.name))} ${safeText(step.version)}${style('dim', reason)}`;
	});
	return rows.join('\n');
}

function reasonOf({requestedAs}: Step, root: WhyPath['root']): string {
	switch (root) {
		case 'added':
			return `you added it${requestedAs === null ? '' : ` as ${safeText(requestedAs)}`}`;
		case 'starter':
			return 'part of the starter';
		case 'essential':
			return 'every Debian system has it';
	}
}

function notThere(
	beginning: string,
	wanted: string,
	packages: readonly {readonly name: string}[],
	hint: string,
): SlipwayError {
	const [near] = nearestNames(wanted, new Set(packages.map(({name}) => name)), 1);
	return new SlipwayError('not-found', `${beginning} the package ${wanted}.`, {
		hint: near ? `Did you mean ${near}?` : hint,
	});
}
