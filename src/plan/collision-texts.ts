import type {FileCollision, LinePlan} from './plan.ts';

const mostShown = 5;

/** What a line's colliding files are called on a screen: the first few, and how many more there are. */
export function collisionTexts({fileCollisions = []}: LinePlan): readonly string[] {
	const rest = fileCollisions.length - mostShown;
	return [
		...fileCollisions.slice(0, mostShown).map(collisionText),
		...(rest > 0 ? [`and ${rest} more ${rest === 1 ? 'file' : 'files'}`] : []),
	];
}

export function collisionText({path, below, above}: FileCollision): string {
	const verb = above.kind === 'bundle' ? 'comes in place of that of' : 'would be written over';
	return `${path} of the ${above.kind} ${above.name} ${verb} the ${below.kind} ${below.name}`;
}
