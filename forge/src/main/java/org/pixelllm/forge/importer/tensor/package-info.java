/** What all model files share: tensors by name, and their stored types. */
@NullMarked
package org.pixelllm.forge.importer.tensor;

import org.jspecify.annotations.NullMarked;
