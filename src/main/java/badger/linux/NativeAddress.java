package badger.linux;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Turns an offset in a native segment into the pointer that a system call or a library needs, as a number. A segment as
 * pointer would be an object for each call, which C2 removes only where it inlines all the way down.
 */
final class NativeAddress {
    private NativeAddress() {}

    /**
     * A pointer to {@code [at, at + length)} of {@code segment}. Nothing counts its use, so the arena must stay open
     * during the call. It does, because an arena closes only after the threads that use it have ended.
     */
    static long of(MemorySegment segment, long at, int length) {
        Objects.checkFromIndexSize(at, length, segment.byteSize());
        if (!segment.isNative()) {
            throw new IllegalArgumentException("not a native segment");
        }
        return segment.address() + at;
    }

    /**
     * The same signature with numbers in place of its pointer arguments. Both are one integer register in the ABIs of
     * x86-64 (System V) and aarch64 (AAPCS64).
     */
    static FunctionDescriptor ofNumbers(FunctionDescriptor signature) {
        MemoryLayout[] arguments = signature.argumentLayouts().stream()
                .map(each -> each instanceof AddressLayout ? ValueLayout.JAVA_LONG : each)
                .toArray(MemoryLayout[]::new);
        return signature
                .returnLayout()
                .map(result -> FunctionDescriptor.of(result, arguments))
                .orElseGet(() -> FunctionDescriptor.ofVoid(arguments));
    }
}
