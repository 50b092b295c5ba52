/** Safetensors files with config.json and tokenizer.json, as Hugging Face lays them out. */
@NullMarked
package org.pixelllm.forge.importer.hf;

import org.jspecify.annotations.NullMarked;
