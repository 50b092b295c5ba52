package org.pixelllm.webgpu.kernel;

import java.lang.reflect.RecordComponent;
import java.util.Locale;

/**
 * A WGSL struct that is declared once, as a Java record: {@code int} is {@code u32}, {@code float} is {@code f32}, and
 * {@code keyHeads} is {@code key_heads}. Every member takes four bytes, in the order of the record's components.
 */
public sealed interface Struct permits Shape, Session, Place, PictureLayout, Find {

    /** The members of each record, read by reflection once. */
    ClassValue<RecordComponent[]> MEMBERS = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            return type.getRecordComponents();
        }
    };

    /** The values as a kernel reads them, a word for each member. */
    default int[] words() {
        RecordComponent[] members = MEMBERS.get(getClass());
        int[] words = new int[members.length];
        try {
            for (int i = 0; i < words.length; i++) {
                words[i] = switch (members[i].getAccessor().invoke(this)) {
                    case Integer number -> number;
                    case Float number -> Float.floatToRawIntBits(number);
                    case null, default -> throw unsupported(members[i]);
                };
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return words;
    }

    /** Bytes of a struct of this type. */
    static int bytes(Class<? extends Struct> type) {
        return 4 * MEMBERS.get(type).length;
    }

    /** The name in WGSL: every kernel has one {@code Shape}. */
    static String name(Class<? extends Struct> type) {
        return Shape.class.isAssignableFrom(type) ? "Shape" : type.getSimpleName();
    }

    /** The declaration in WGSL. */
    static String declaration(Class<? extends Struct> type) {
        StringBuilder text = new StringBuilder("struct " + name(type) + " {\n");
        for (RecordComponent member : MEMBERS.get(type)) {
            text.append("    ")
                    .append(snakeCase(member.getName()))
                    .append(": ")
                    .append(wgslType(member))
                    .append(",\n");
        }
        return text.append("}\n").toString();
    }

    private static String wgslType(RecordComponent member) {
        if (member.getType() == int.class) {
            return "u32";
        }
        if (member.getType() == float.class) {
            return "f32";
        }
        throw unsupported(member);
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static IllegalStateException unsupported(RecordComponent member) {
        return new IllegalStateException("%s.%s is %s: expected int, which is u32 in WGSL, or float, which is f32"
                .formatted(
                        member.getDeclaringRecord().getSimpleName(),
                        member.getName(),
                        member.getType().getSimpleName()));
    }
}
