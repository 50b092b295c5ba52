/** What all model files share: tensors by name, their stored types, and how a model is assembled from them. */
@NullMarked
package org.pixelllm.forge.importer.tensor;

import org.jspecify.annotations.NullMarked;
