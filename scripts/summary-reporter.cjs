// mocha's short reporter, which also writes the numbers to the file named by the option `summary`, for .ci/run.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class SummaryReporter extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    const { stats } = this;
    runner.once('end', () => {
      const file = options.reporterOptions?.summary ?? options.reporterOption?.summary;
      if (file) writeFileSync(file, `${stats.passes} ${stats.failures} ${stats.pending}\n`);
    });
  }
};
