import { sdkPackage, sdkTarball } from './setup/sdk-package.ts';
import { ensure } from './steps.ts';

await ensure([sdkPackage]);
process.stdout.write(`✔ ${sdkTarball}\n\n  npm install --save-dev ./${sdkTarball}\n`);
