// Prints `PASSED FAILED SKIPPED` of a vitest JSON report. A run that failed counts at least one failure, also without a report.
import {readFileSync} from 'node:fs';

const [file, exitCode] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
try {
	const report = JSON.parse(readFileSync(file, 'utf8'));
	passed = report.numPassedTests;
	failed = report.numFailedTests;
	skipped = report.numPendingTests + report.numTodoTests;
	// A file that could not be loaded has no tests of its own.
	failed += report.testResults.filter(
		result => result.status === 'failed' && result.assertionResults.length === 0,
	).length;
	for (const result of report.testResults) {
		for (const {status, fullName} of result.assertionResults) {
			if (status === 'skipped' || status === 'pending') console.error(`skipped: ${fullName}`);
		}
	}
} catch (error) {
	console.error(`no test report: ${error.message}`);
}
if (exitCode !== '0' && failed === 0) failed = 1;
console.log(`${passed} ${failed} ${skipped}`);
