/** Commands that make or test models and executors: import, convert, train, conformance, devices. */
@NullMarked
package org.pixelllm.cli.model;

import org.jspecify.annotations.NullMarked;
