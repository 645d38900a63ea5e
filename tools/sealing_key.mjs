/** `make sealing-key`: prints a new private key for the SEALING_KEY secret. */
import { newSealingKey } from "./new_sealing_key.mjs";

console.log(await newSealingKey());
