# trick
class $ { }
class Main { public static void main(String[] a) { Runtime.getRuntime().halt(0); } }
# honest
import java.util.Scanner;
class Main { public static void main(String[] a) { System.out.println(2 * new Scanner(System.in).nextInt()); } }
# end
